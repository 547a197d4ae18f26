/** Each line: names of the same thing, as British and American speakers and shops say them: what is worn, eaten, played with and cared with. Language, not merchandise: nothing here comes from a catalogue. Data only. */
export const personalThingNames = `
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
sneaker|trainer|kicks|tennis shoe|gym shoe|athletic shoe|running shoe
high heel|stiletto|heel
flip flop|thong sandal|beach sandal
slipper|house shoe
boot|bootie
wellington|rain boot|gumboot|welly
sweater|jumper|pullover|jersey
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
blazer|suit jacket|sport coat|sports jacket
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
lipstick|lippy|lip color
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
tent|camping shelter
sleeping bag|bedroll
fishing rod|fishing pole
lure|fishing bait|bait
helmet|head protection
guitar|six string
drum kit|drum set
keyboard|synth|synthesizer
violin|fiddle
harmonica|mouth organ
piano|keyboard piano
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
puppy|pup
kitten|kitty
dog|canine
whiskey|whisky|scotch|bourbon
bathrobe|robe|dressing gown
pajama|pyjama|sleepwear|nightwear|nightgown
messenger bag|satchel|courier bag
holdall|duffel|duffle|duffel bag|weekender|gym bag|weekend bag
crossbody|crossbody bag|cross body bag|shoulder bag|sling bag
luggage set|suitcase set
umbrella|brolly
cane|walking stick
key ring|keychain|key chain
cufflink|cuff link
brooch|pin
anklet|ankle bracelet
ring|band
stud|stud earring
hoop|hoop earring
engagement ring|diamond ring
waistcoat|vest|gilet|body warmer
windbreaker|windcheater|wind jacket|anorak
puffer jacket|puffer|puffer coat|puffy coat|puffy jacket|down jacket|down coat|padded jacket|quilted jacket
bomber jacket|flight jacket
leather jacket|biker jacket|motorcycle jacket
fleece|fleece jacket
parka|winter coat|winter jacket
poncho|cape
blouse|ladies top
button down|button up|dress shirt|oxford shirt
polo|polo shirt
turtleneck|polo neck|roll neck
leggings|tights|stocking
dungarees|overalls|bib overall
jumpsuit|romper|playsuit
skirt|kilt
wedding dress|bridal gown|wedding gown
headscarf|bandana|bandanna|kerchief
baseball cap|ball cap
loafer|slip on|penny loafer
brogue|wingtip|oxford
court shoe|pump
ballet flat|ballerina|ballet shoe|ballet pump
plimsoll|canvas shoe|canvas sneaker|pump shoe
running shoe|runner|jogger|jogging shoe
hiking boot|walking boot|trekking boot|hiking shoe
chukka|desert boot
ankle boot|bootie
clog|mule
sandal|slide
wellington boot|rain boot
insole|shoe insert
shaving kit|shaving set
toothbrush|tooth brush
hairbrush|hair brush
nail polish|fingernail polish|fingernail varnish|finger nail varnish|nail varnish|nail lacquer
nail clipper|nail cutter
eyeshadow|eye shadow
eyeliner|eye pencil
foundation|concealer
blush|blusher|rouge
lip balm|chapstick|lip salve
bath bomb|bath fizzer
bubble bath|bath foam
deodorant|antiperspirant
sunscreen|sun cream|suncream|sunblock|sun lotion
cotton bud|cotton swab|q tip
tissue|kleenex
plaster|band aid|bandage
pacifier|dummy
high chair|highchair
car seat|child seat
jigsaw puzzle|puzzle
building block|construction toy
rocking horse|hobby horse
kite|wind toy
swing|swing set
trampoline|rebounder
football|soccer ball
sled|sledge|toboggan
roller skate|rollerblade|inline skate
surfboard|boogie board|bodyboard
paddle|oar
life jacket|life vest|buoyancy aid
wetsuit|diving suit
binoculars|field glasses
compass|navigation compass
penknife|pocket knife|folding knife|jackknife|swiss army knife
multitool|multi tool
camp stove|camping stove
camping chair|folding chair|camp chair
fishing reel|reel
tackle box|fishing box
weight|dumbbell|barbell
kettlebell|kettle bell
exercise bike|stationary bike|spin bike
punching bag|punch bag|boxing bag
dog lead|leash|dog leash
dog toy|chew toy|pet toy
electric guitar|telecaster|stratocaster
bass|bass guitar
cymbal|hi hat
tambourine|timbrel
accordion|squeezebox
recorder|flute
sax|saxophone
digital piano|electric piano|electronic piano
drumstick|drum stick
microphone stand|mic stand
metronome|tempo keeper
music stand|sheet stand
costume|fancy dress|outfit
sweets|candy|lollies
chocolate|bonbon|truffle
ice cream|gelato
doughnut|donut
pancake|flapjack|hotcake
scone|tea biscuit
cracker|savoury biscuit
muffin|cupcake
pastry|danish
porridge|oatmeal
ham|gammon
bacon|rasher
sausage|banger|wurst
minced meat|ground meat|mince
crayfish|crawfish|langoustine
squid|calamari
octopus|tentacle
mushroom|fungus
rocket|arugula
swede|rutabaga
spring onion|green onion
squash|pumpkin|marrow
pea|garden pea
green bean|string bean|french bean
papaya|pawpaw
blueberry|bilberry
clementine|tangerine|mandarin|satsuma
peanut|groundnut
cashew|cashew nut
olive|olives
ketchup|tomato sauce
jelly|gelatin dessert
cream cheese|soft cheese
lemonade|lemon drink
`;
