/** Words for properties, and narrower words for wide ones. Language, not merchandise: nothing here comes from a catalogue. Data only. */

/** Each line: words for the same property, or for whom something is. */
export const propertyWords = `
men|man|male|gentleman|guy|him|husband|boyfriend|dad|father
women|woman|female|lady|ladies|her|wife|girlfriend|mom|mum|mother
kid|child|children|toddler|youth|junior|son|daughter
baby|infant|newborn
boy|lad
girl|lass
big|large|oversized|huge
small|little|wee|compact|mini|tiny|petite|miniature
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
teenager|teen|teenage|adolescent|young adult
grandmother|grandma|granny|nana|gran
grandfather|grandpa|granddad|grandad
wireless charging|qi charging
noise cancelling|noise free|noise isolating|noise reducing
hands free|handsfree
voice activated|voice controlled|voice control
touch screen|touchscreen
high definition|hd|full hd
hd|1080p|full hd
ultra hd|4k|uhd
soft sided|softshell|soft shell|softside|soft side
hard sided|hardshell|hard shell|hardside|hard side|hard case
hard cover|hardcover|hardback|hardbound
soft cover|softcover|paperback
double|twin pack
dark|deep
bright|vivid
shiny|glossy|gloss|polished
matt|matte
see through|transparent|clear
sparkly|glittery|glitter|sparkling|sparkle
fluffy|fuzzy|furry
quiet|silent|noiseless|low noise
loud|powerful
strong|sturdy|durable|robust|rugged|heavy duty
waterproof|water resistance
rainproof|waterproof
scented|fragrant|aromatic|perfumed
unscented|fragrance free
handmade|handcrafted|hand made|artisan|artisanal
homemade|home made
eco friendly|sustainable|environmentally friendly|eco
recycled|upcycled
organic|bio
vegan|plant based
vegetarian|meat free|meatless
gluten free|wheat free
sugar free|sugarless
dairy free|lactose free
fancy|formal|dressy
casual|everyday|informal
professional|pro
beginner|learner|starter|novice
indoor|inside
outdoor|outdoors|outside
electric|electrical|powered
electronic|digital
gas|propane
manual|hand operated
high top|hightop|hi top
low top|lowtop
long sleeve|long sleeved
short sleeve|short sleeved
crew neck|crewneck|round neck
v neck|vneck
hooded|with a hood
bohemian|boho
nautical|maritime|marine|sailor
tropical|hawaiian
scandinavian|nordic|scandi
asian|oriental
geometric|abstract
leopard print|animal print|leopard
camouflage|camo|army
tortoiseshell|tortoise shell|tortoise
round|circular
rectangular|oblong|rectangle
sweet|sugary
sour|tart
fresh|crisp
frozen|ice
spooky|scary|creepy|eerie|haunted
romantic|love
festive|christmassy
pet hair|animal hair
dive|diver|diving|scuba
hike|hiking|trekking|trek
run|running|jogging
cycling|biking
swim|swimming
golden brown|tan
two tone|bicolor|two colour
robot|robotic|autonomous|self driving|by itself|on its own
automatic|automated
magnet|magnetic
in ear|inner ear
pointy|pointed
on ear|supra aural
over ear|over the ear|around ear
metal|metallic
`;

/** Lines of {@link narrowerWords} with colours; they come first. */
export const COLOUR_LINES = 12;
/** Each line: a wide word, then narrower ones that are examples of it. */
export const narrowerWords = `
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
cordless: battery, battery powered, rechargeable
battery powered: battery, cordless, rechargeable
shade: sunglasses, lampshade, blind
lash: mascara, eyelash
eyelash: mascara, lash
jewelry: necklace, bracelet, earring, ring
dog: puppy
cat: kitten
animal: dog, cat, fox, owl, bear, rabbit, bird, elephant, cat
fish: salmon, trout, cod, tuna
seafood: shrimp, crab, lobster, oyster, salmon
meat: beef, pork, chicken, lamb
fruit: apple, orange, banana, berry, grape, melon
flower: bouquet, rose, tulip, lily, daisy, peony, orchid
instrument: guitar, violin, piano, drum, trumpet, flute
tool: hammer, saw, drill, wrench, screwdriver, pliers
bud: earbud, ear bud
mike: microphone, mic
colour: color
small: size s
medium: size m
large: size l
extra large: size xl
xl: size xl
extra small: size xs
double extra large: xxl
extra extra large: xxl
phone: iphone, android phone
cheese: cheddar, brie, mozzarella, gouda, feta, parmesan, blue cheese
berry: strawberry, blueberry, raspberry, blackberry
vegetable: carrot, potato, tomato, broccoli, pepper, cabbage, spinach
citrus: orange, lemon, lime, grapefruit
nut: almond, cashew, peanut, walnut, pecan
bread: baguette, sourdough, roll, brioche, ciabatta
pastry: croissant, danish, tart, pie, eclair
cake: cheesecake, cupcake, gateau, sponge
sweet: candy, chocolate, cookie
drink: juice, soda, tea, coffee, smoothie
hat: beanie, beret, cap, fedora, sun hat
sandal: flip flop, slide, espadrille
heel: stiletto, pump, wedge
boot: chelsea boot, combat boot, ankle boot
sneaker: high top, skate shoe, runner
pump: stiletto, court shoe
glasses: sunglasses, reading glasses
light: pendant, chandelier, sconce, lantern, lamp
lamp: floor lamp, table lamp, desk lamp
table: desk, coffee table, dining table
seat: chair, stool, bench, sofa
storage: shelf, cabinet, basket, drawer
pan: skillet, wok, saucepan
knife: chef knife, cleaver
lighter: lightweight, light
smaller: small, compact, mini
bigger: large, big, oversized
larger: large, big, oversized
longer: long
shorter: short
taller: tall, high
wider: wide
thinner: thin, slim
thicker: thick
warmer: warm, thermal, insulated
softer: soft, plush
brighter: bright
darker: dark
stronger: strong, sturdy, heavy duty
quieter: quiet, silent
simpler: simple, minimalist
fancier: elegant, luxury
cup: mug, teacup
stud: earring
picture: print, poster, wall art, painting, portrait
art: print, poster, painting, canvas
print: poster, wall art
string instrument: guitar, violin, cello, ukulele
wind instrument: flute, clarinet, saxophone
brass instrument: trumpet, trombone, french horn, tuba
percussion: drum, cymbal, tambourine, djembe, tabla
hand drum: djembe, bongo, conga, tabla
decoration: ornament, wreath, garland, figurine
decor: vase, wall art, figurine, candle
halloween decoration: skeleton, pumpkin, witch
soft toy: teddy bear, bunny plush
cosmetic: lipstick, mascara, eyeshadow, foundation
skincare: lotion, moisturizer, cleanser, balm
fishing gear: rod, reel, lure, bait
camping gear: tent, sleeping bag, lantern, stove
power tool: drill, circular saw, sander
hand tool: hammer, screwdriver, pliers, wrench
light fixture: chandelier, pendant light, wall sconce
bone: skeleton, skull
swiss cheese plant: monstera
houseplant: snake plant, monstera, fern, philodendron, succulent
mother day: flower, bouquet
insect: bee, butterfly, dragonfly, ladybug
cat: tiger, leopard
bird: owl, parrot, flamingo, peacock
sea: ocean, nautical, coastal, beach
beach: ocean, sea, coastal
`;
