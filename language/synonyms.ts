/**
 * Words that speakers of English use for one another when they shop: British and American names, short and long forms, everyday and shop words; and narrower words
 * that are an example of a wider one. Language, not merchandise: nothing here comes from a catalogue. Data and look-up only.
 */
import { stemOf } from "./word-stem.ts";

/** Each line: names of the same thing. */
const things = `
couch|sofa|settee|davenport
loveseat|two seater sofa
armchair|easy chair
stool|bar stool
nightstand|bedside table|night table|bedside cabinet
dresser|chest of drawers|bureau|chest
wardrobe|armoire|closet
bookshelf|bookcase|book shelf|bookshelves
sideboard|credenza|buffet cabinet
rug|carpet
curtain|drape
duvet|comforter|quilt
pillow|cushion
lamp|light
chandelier|pendant light|hanging lamp|ceiling light
bulb|light bulb|lightbulb
lantern|camp light
flashlight|torch
trash can|garbage can|rubbish bin|dustbin|waste bin
faucet|tap
bathtub|tub
sink|basin|vanity
stove|cooker|range|stovetop|hob
frying pan|skillet|frypan|fry pan
saucepan|cooking pot
casserole|dutch oven
cutlery|silverware|flatware
plate|dish|dinnerware
mug|cup
tumbler|drinking glass
pitcher|jug
kettle|teakettle|tea kettle
coffee maker|coffee machine|coffeemaker|brewer
espresso machine|espresso maker|moka pot
blender|liquidizer|smoothie maker
vacuum|vacuum cleaner|hoover
dishcloth|tea towel|dish towel
grill|barbecue|bbq|barbeque
fridge|refrigerator
freezer|deep freeze
laptop|notebook computer|laptop computer
computer|pc|desktop
phone|smartphone|cell phone|cellphone|mobile phone|cell|handset
tv|television|telly
headphone|headset|over ear headphone
earbud|ear bud|earphone|in ear headphone
speaker|loudspeaker
microphone|mic
charger|power adapter|charging brick
power bank|portable charger|battery pack
cable|cord
camera|cam|camcorder
camcorder|video camera
e reader|ereader|ebook reader
watch|wristwatch|timepiece
glasses|spectacles|eyeglasses|eyewear|eyeglass
sunglasses|sunnies
purse|handbag|pocketbook
wallet|billfold
clutch|evening bag
backpack|rucksack|knapsack|daypack
fanny pack|bum bag|waist pack|belt bag
suitcase|luggage|carry on
briefcase|attache
tote|tote bag|shopper
sneaker|trainer|tennis shoe|gym shoe|athletic shoe|running shoe
high heel|stiletto|heel
flip flop|thong sandal|beach sandal
slipper|house shoe
boot|bootie
wellington|rain boot|gumboot|welly
sweater|jumper|pullover|jersey|knit
cardigan|knit jacket
hoodie|hooded sweatshirt
sweatshirt|sweat shirt
t shirt|tshirt|tee|tee shirt
undershirt|tank top|singlet
trouser|pants|slack
jean|denim pants
shorts|short pants
raincoat|rain jacket|slicker|mackintosh
coat|overcoat
jacket|blazer
tuxedo|dinner jacket
dress|frock|gown
swimsuit|bathing suit|swimwear|bikini
underwear|undergarment|lingerie
sock|hosiery
tie|necktie
bow tie|bowtie
scarf|shawl|neck scarf
beanie|knit cap|woolly hat
hat|cap
glove|mitten
necklace|pendant
bracelet|bangle|wristband
earring|ear stud
perfume|fragrance|cologne|scent|eau de parfum|eau de toilette
lipstick|lip color
lotion|moisturizer|moisturiser
soap|cleanser
shampoo|hair wash
razor|shaver
hairdryer|hair dryer|blow dryer
makeup|cosmetic|make up
diaper|nappy
stroller|pram|pushchair|buggy|baby carriage
crib|cot
toy|plaything
stuffed animal|plush|plushie|soft toy|cuddly toy|stuffed toy
teddy bear|teddy
doll|dolly
puzzle|jigsaw|jigsaw puzzle
board game|tabletop game
bike|bicycle|cycle
scooter|kick scooter
skateboard|skate board
kayak|canoe
dumbbell|hand weight|free weight
treadmill|running machine
yoga mat|exercise mat
water bottle|flask|canteen|hydration bottle
thermos|vacuum flask|insulated bottle
tent|camping shelter
sleeping bag|bedroll
fishing rod|fishing pole
lure|fishing bait|bait
helmet|head protection
wrench|spanner
pliers|plier
screwdriver|turnscrew
hammer|mallet
saw|handsaw
axe|hatchet
hose|hosepipe
lawn mower|lawnmower|grass cutter
shovel|spade
pruner|secateurs|pruning shears|clippers
ladder|step ladder|stepladder
tape measure|measuring tape
planter|flower pot|flowerpot|plant pot
bouquet|bunch of flowers|posy|flower arrangement
flower|bloom|blossom
wreath|garland
ornament|bauble
poster|art print|wall art
painting|canvas art
picture frame|photo frame
mirror|looking glass
clock|timepiece
candle|tealight
guitar|six string
drum kit|drum set
keyboard|synth|synthesizer
violin|fiddle
harmonica|mouth organ
piano|keyboard piano
cookbook|cook book|recipe book
notebook|journal|notepad
diary|planner
pen|ballpoint
sticky tape|sellotape
candy|confectionery
cookie|biscuit
potato chip|crisp
french fries|fries
soda|soft drink|fizzy drink
eggplant|aubergine
zucchini|courgette
cilantro|coriander
shrimp|prawn
ground beef|minced beef
bell pepper|capsicum|sweet pepper
chili|chile|chilli|hot pepper
scallion|spring onion|green onion
beet|beetroot
corn|maize|sweetcorn
garbanzo|chickpea
yogurt|yoghurt
jam|marmalade|preserve
bread|loaf
platter|serving board|serving tray
fillet|filet
steak|beefsteak
collar|neckband
puppy|pup
kitten|kitty
dog|canine
aquarium|fish tank
pet bed|dog bed|cat bed
whiskey|whisky|bourbon
wine glass|goblet|stemware
air conditioner|ac unit|aircon
heater|space heater
fan|ventilator
air purifier|air cleaner
humidifier|mist maker
thermostat|temperature control
security camera|surveillance camera|cctv
doorbell|door bell
router|wifi router
printer|inkjet
hard drive|hard disk|ssd
memory|ram|working memory
monitor|display
screen|display
mouse|computer mouse
desk|writing table|workstation
standing desk|sit stand desk|height adjustable desk
office chair|desk chair|computer chair
parasol|patio umbrella|sun umbrella
hammock|swing bed
present|gift
holiday|christmas|xmas
`;

/** Each line: words for the same property, or for whom something is. */
const properties = `
men|man|male|gentleman|guy|him|husband|boyfriend|dad|father
women|woman|female|lady|ladies|her|wife|girlfriend|mom|mum|mother
kid|child|children|toddler|youth|junior|son|daughter
baby|infant|newborn
boy|lad
girl|lass
big|large|oversized|huge
small|little|compact|mini|tiny|petite|miniature
extra large|xl
extra small|xs
medium|mid size
thick|heavy|chunky
thin|slim|slender
light|lightweight
tall|high
warm|cozy|cosy|thermal|insulated
cheap|budget|affordable|inexpensive
fancy|elegant|classy|luxury|luxurious|luxe|upscale
old|vintage|antique|retro|old fashioned|classic
modern|contemporary|minimalist|sleek
rustic|farmhouse
funny|humorous|novelty|quirky|whimsical
cute|adorable
comfortable|comfy|cozy
portable|travel size|on the go
foldable|folding|collapsible|fold up
adjustable|variable
rechargeable|battery powered
cordless|wireless
wired|corded|with a cable
waterproof|water resistant|water proof|weatherproof|splash proof
noise cancelling|noise canceling|anc
stainless|stainless steel|inox
aluminum|aluminium
fake leather|faux leather|vegan leather|pleather
colorful|multicolor|multicolored|multicoloured|rainbow|vibrant
striped|stripe|stripy
plaid|tartan|check|checkered|checked
polka dot|dotted|spotted
floral|flowery|flower print
gray|grey
beige|sand|tan|cream|khaki
spicy|hot
stackable|nesting|nested
wood|wooden|timber
wool|woolen|woollen
gold|golden
silver|silvery
woven|wicker|rattan
wedding|bridal|bride
`;

/** Lines of {@link narrower} with colours; they come first. */
const COLOUR_LINES = 12;
/** Each line: a wide word, then narrower ones that are examples of it. */
const narrower = `
red: crimson, scarlet, burgundy, maroon, ruby, cherry, cranberry, wine red
blue: navy, azure, cobalt, turquoise, teal, indigo, sapphire, aqua, cyan, denim blue
green: olive, emerald, sage, mint, lime, jade, forest, khaki
yellow: mustard, lemon, golden yellow, amber
orange: tangerine, coral, rust, terracotta, apricot, peach
pink: rose, blush, fuchsia, magenta, coral, salmon pink
purple: violet, lavender, lilac, plum, mauve, magenta
brown: tan, caramel, chestnut, cognac, chocolate, coffee brown, camel, espresso brown, mocha
gray: charcoal, slate, graphite, silver, ash
black: ebony, jet black, noir, onyx
white: ivory, cream, off white, pearl white, snow
gold: golden, gold tone, gold plated, brass
wireless: bluetooth
wood: oak, walnut, pine, maple, birch, teak, mahogany, cedar, acacia, cherry wood, plywood, bamboo, hardwood
metal: steel, stainless steel, iron, aluminum, brass, copper, chrome, titanium
leather: suede, faux leather, nubuck, patent
fabric: cotton, linen, polyester, velvet, canvas, wool
stone: marble, granite, slate, quartz
glass: crystal, tempered glass
plant: succulent, cactus, fern, palm, orchid, bonsai
sofa: loveseat, sectional, sofa bed, futon
chair: armchair, recliner, stool, rocking chair
shoe: sneaker, loafer, oxford, sandal, boot, heel, moccasin
formal shoe: oxford, derby, loafer, brogue
dress shoe: oxford, derby, loafer, brogue
bag: handbag, tote, satchel, backpack, clutch, duffel
coat: parka, trench, overcoat
top: shirt, blouse, tee
jewelry: necklace, bracelet, earring, ring
dog: puppy
cat: kitten
animal: dog, cat, fox, owl, bear, rabbit, bird, elephant, cat
fish: salmon, trout, cod, tuna
seafood: shrimp, crab, lobster, oyster, salmon
meat: beef, pork, chicken, lamb
fruit: apple, orange, banana, berry, grape, melon
flower: rose, tulip, lily, daisy, peony, orchid
instrument: guitar, violin, piano, drum, trumpet, flute
tool: hammer, saw, drill, wrench, screwdriver, pliers
`;

/** Another way to say a term. */
export type Alternative = { readonly phrase: string; readonly stems: string; readonly isNarrower: boolean };

const stemmed = (phrase: string): string => phrase.trim().split(" ").map(stemOf).join(" ");

const alternatives = new Map<string, Map<string, Alternative>>();
const add = (from: string, phrase: string, isNarrower: boolean): void => {
  const known = alternatives.get(stemmed(from)) ?? new Map<string, Alternative>();
  const key = stemmed(phrase);
  if (key !== stemmed(from) && !known.has(key)) known.set(key, { phrase: phrase.trim(), stems: key, isNarrower });
  alternatives.set(stemmed(from), known);
};
for (const line of `${things.trim()}\n${properties.trim()}`.split("\n")) {
  const names = line.split("|");
  for (const from of names) for (const to of names) add(from, to, false);
}
for (const line of narrower.trim().split("\n")) {
  const [wide = "", examples = ""] = line.split(":");
  for (const example of examples.split(",")) add(wide, example, true);
}

const propertyStems = new Set([
  ...properties
    .trim()
    .split("\n")
    .flatMap((line) => line.split("|").map(stemmed)),
  ...narrower
    .trim()
    .split("\n")
    .slice(0, COLOUR_LINES)
    .flatMap((line) => line.split(/[:,]/).map(stemmed)),
  ...[
    "plastic",
    "rubber",
    "metal",
    "leather",
    "cotton",
    "steel",
    "electric",
    "digital",
    "automatic",
    "round",
    "square",
    "soft",
    "hard",
    "new",
    "used",
    "bright",
    "dark",
  ],
]);

/** Whether stems name a property, never a kind of thing: in "a mouse, wireless", the mouse is what is wanted. */
export function isProperty(stems: string): boolean {
  return propertyStems.has(stems);
}

/** Words of the longest phrase that has alternatives. */
export const longestPhrase = Math.max(...[...alternatives.keys()].map((phrase) => phrase.split(" ").length));

/** Other ways to say a phrase, given by its stems; none where the language has none. */
export function alternativesOf(stems: string): readonly Alternative[] {
  return [...(alternatives.get(stems)?.values() ?? [])];
}
