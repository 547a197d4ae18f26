/** Each line: names of the same thing, as British and American speakers and shops say them: house, kitchen, garden, tools and electronics. Language, not merchandise: nothing here comes from a catalogue. Data only. */
export const thingNames = `
couch|sofa|settee|davenport
loveseat|two seater sofa
armchair|easy chair
stool|bar stool
nightstand|bedside table|night table|bedside cabinet
dresser|chest of drawers|bureau|chest
wardrobe|armoire|closet
bookshelf|bookcase|book shelf|shelf for book|shelf for my book|book rack
sideboard|credenza|buffet cabinet
rug|carpet
curtain|drape
duvet|comforter|quilt
pillow|cushion|throw pillow|throw cushion|scatter cushion|decorative pillow|accent pillow
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
water bottle|flask|canteen|hydration bottle
thermos|vacuum flask|insulated bottle
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
cookbook|cook book|recipe book
notebook|journal|notepad
diary|planner
pen|ballpoint
sticky tape|sellotape
collar|neckband
aquarium|fish tank
pet bed|dog bed|cat bed
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
trinket|knick knack|curio
lounge chair|recliner|chaise
footstool|ottoman|pouf|pouffe|hassock
bench|settle
bed frame|bedstead
headboard|bed head
chest|trunk
coat rack|coat stand|hat stand|hall tree
side table|end table|occasional table|lamp table
coffee table|cocktail table
dining table|kitchen table|dinner table
cabinet|cupboard
shelf|shelving|rack
bathroom cabinet|medicine cabinet
vanity|vanity unit|washstand
blanket|throw|afghan
bedspread|coverlet|counterpane
bed linen|bedding|bedclothes
mat|doormat
towel|bath towel
apron|pinafore
place mat|placemat
tablecloth|table cover
napkin|serviette
bowl|dish
soup bowl|porridge bowl|cereal bowl
chopping board|cutting board|bread board
chef knife|kitchen knife|cook knife
peeler|potato peeler
corkscrew|wine opener|bottle opener
whisk|beater
spatula|turner|fish slice
ladle|soup spoon
sieve|strainer|colander
grater|shredder
rolling pin|pastry pin
baking tray|baking sheet|cookie sheet|oven tray
cake tin|cake pan
muffin tin|cupcake tray
teapot|tea pot
teacup|tea cup
coffee grinder|coffee mill
french press|cafetiere|coffee press|coffee plunger
toaster|bread toaster
microwave|microwave oven
food processor|food chopper
wok|stir fry pan
pan|frying pan
pot|saucepan
decanter|carafe
champagne glass|champagne flute|flute
shot glass|shooter glass
beer glass|pint glass|beer mug|stein
lunch box|lunchbox|bento box
cool box|cooler|ice chest|esky
bin|trash can|waste basket|wastebasket
laundry basket|hamper|washing basket
iron|clothes iron
clothes hanger|coat hanger
broom|brush
mop|floor mop
bucket|pail
sponge|scourer|scrubber
washing machine|washer
tumble dryer|clothes dryer
extension lead|extension cord|power strip
plug adapter|travel adapter
memory card|sd card
usb stick|flash drive|thumb drive|memory stick|pen drive
webcam|web camera
action camera|sports camera|gopro
dslr|digital camera
film camera|analog camera|analogue camera
lens|camera lens
tripod|camera stand
smart speaker|voice assistant
soundbar|sound bar
record player|turntable|gramophone
radio|wireless set
fitness tracker|fitness band|activity tracker
smart watch|smartwatch
pocket watch|fob watch
alarm clock|bedside clock
grandfather clock|longcase clock
mantel clock|mantle clock|shelf clock
game console|gaming console|video game
controller|gamepad|joystick
tablet|ipad
ereader|kindle|digital book reader
laptop bag|laptop sleeve|laptop case
litter box|litter tray
bird feeder|bird table
rake|garden rake
hoe|garden hoe
wheelbarrow|garden cart
secateurs|pruners
sprinkler|lawn sprinkler
watering can|watering pot|sprinkling can
seed|seedling
pot plant|potted plant|house plant|houseplant|indoor plant
cactus|succulent
sunflower|helianthus
centerpiece|centrepiece|table decoration
boutonniere|buttonhole
corsage|wrist flower
drill|power drill|electric drill
circular saw|skill saw
miter saw|mitre saw|chop saw
hacksaw|metal saw
hatchet|axe|chopper
socket set|socket wrench set|ratchet set
allen key|hex key
spirit level|level
toolbox|tool box|tool chest
tool kit|toolkit|tool set|toolset
sandpaper|glasspaper
duct tape|gaffer tape
paint brush|paintbrush
christmas tree|xmas tree
fairy light|string light|christmas light
tree topper|christmas star
stocking|christmas stocking
nutcracker|nut cracker
snow globe|snowglobe
jack o lantern|carved pumpkin|pumpkin lantern
greeting card|birthday card
gift wrap|wrapping paper
candy cane|peppermint stick
espresso cup|demitasse
travel mug|insulated mug|commuter mug|travel tumbler|insulated tumbler
photo album|scrapbook
wallpaper|wall covering
blind|window shade
wall hanging|tapestry
figurine|statuette|statue|figure
vase|flower vase
basket|hamper
storage box|storage bin|container
jar|canister
candlestick|candle holder|candleholder
lampshade|lamp shade
floor lamp|standing lamp|standard lamp
table lamp|bedside lamp
desk lamp|reading lamp|desk light|task lamp
wall light|sconce|wall lamp
pendant light|hanging light|pendant lamp
night light|nightlight
light fixture|light fitting
wind chime|wind bell
bookend|book end
wrist rest|wrist support
`;
