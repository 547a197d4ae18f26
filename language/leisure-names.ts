/** Words for what people play, practise, grow, repair and care for. Language, not merchandise: nothing here comes from a catalogue. Data only. */

/** Each line: names of the same thing, as British and American speakers and shops say them. */
export const leisureNames = `
uke|ukulele
plectrum|guitar pick|pick
guitar lead|guitar cable|instrument cable|instrument lead|jack lead
amp|amplifier|guitar amplifier
box drum|cajon
hand drum|frame drum
shaker|maraca|rattle
sheet music|score|songbook
music stand|note stand|stand for notes
fiddle bow|violin bow
mouthpiece|embouchure
effects pedal|stompbox|guitar pedal
upright bass|double bass|contrabass
grand piano|concert piano|baby grand
upright piano|pianino
record|vinyl|lp
headphone amp|headphone amplifier
pa system|public address system
compost|potting soil|potting mix|potting compost
compost bin|composter|compost tumbler
fertilizer|fertiliser|plant food|plant feed
weed killer|weedkiller|herbicide
bug spray|insect repellent|mosquito repellent|insect spray
pesticide|insecticide
lopper|branch cutter
shear|clipper
hedge trimmer|hedge cutter|hedge clipper
string trimmer|strimmer|weed whacker|weed eater|grass trimmer|edger
push mower|reel mower|cylinder mower|hand mower
lawn mower|mower
trowel|hand shovel|hand spade
dibber|bulb planter
fire pit|fire bowl|fire basket
raised bed|vegetable bed|garden bed|planter box
greenhouse|green house|glasshouse|hothouse
trellis|lattice|plant support
gazebo|pavilion|canopy|marquee|party tent
garden chair|patio chair|lawn chair|adirondack chair
sun lounger|lounger|sunbed|chaise lounge|deck chair
garden light|path light|solar light|patio light
bird house|birdhouse|nesting box|nest box
bird bath|birdbath
bee hotel|bee house|insect hotel
window box|balcony planter
lawn|grass|turf
shed|garden house|tool shed
pressure washer|power washer
snow shovel|snow pusher
football|american football|pigskin
soccer ball|football
table tennis|ping pong
skipping rope|jump rope|skip rope
badminton racket|badminton racquet
racket|racquet
cross trainer|elliptical|elliptical trainer
resistance band|exercise band|stretch band
foam roller|massage roller
swim goggles|swimming goggles
swim cap|bathing cap
trunk|swim trunk|swim short|board short
snorkel|diving mask
wader|fishing trouser
paddle board|paddleboard|sup board|stand up paddle
inflatable boat|rubber dinghy|dinghy|raft
cool bag|insulated bag|lunch cooler
headlamp|head torch|head light
trekking pole|hiking pole|walking pole|hiking stick
golf club|driver|iron
dart board|dartboard
pool table|billiard table|snooker table
playing card|card deck|deck of card
checkers|draughts
chess set|chessboard|chess board
doll house|dollhouse|dolls house
lego|brick|building brick|building block
model train|train set|toy train|model railway
toy car|model car
remote control car|rc car
play dough|modelling clay|modeling clay|playdough
coloring book|colouring book
crayon|colored pencil|coloured pencil
felt tip|marker|felt pen
highlighter|highlighter pen
eraser|rubber
ring binder|folder|binder
paper clip|paperclip
ballpoint|biro|ballpoint pen
fountain pen|ink pen
sticky note|post it note
adhesive tape|scotch tape|sticky tape|sellotape
glue|adhesive|superglue
sewing kit|needle and thread
yarn|wool yarn|knitting wool
crochet hook|knitting needle
baby monitor|baby phone
sippy cup|trainer cup
bib|feeding bib
baby bottle|feeding bottle
changing table|changing mat
baby carrier|baby sling
booster seat|child seat
dog food|kibble
dog bed|dog basket|dog cushion
dog collar|pet collar
cat litter|kitty litter
scratching post|cat tree|cat tower
cat carrier|pet carrier
bird cage|birdcage
dog bowl|food bowl|pet bowl
dog coat|dog sweater|dog jumper
painkiller|pain reliever|pain relief
paracetamol|acetaminophen
cough drop|lozenge|throat sweet
cough medicine|cough syrup
thermometer|fever thermometer
first aid kit|medical kit
vitamin|supplement
hand sanitizer|hand gel|sanitiser
face cream|moisturizer|day cream
shaving cream|shaving foam|shaving gel
aftershave|cologne
hair straightener|flat iron|straightening iron
curling iron|curling tongs|curler
hair tie|scrunchie|hair elastic
hair clip|barrette|hair slide
headband|hairband|alice band
cotton pad|cotton ball|cotton wool
mouthwash|oral rinse
tyre|tire
car battery|auto battery
jumper cable|jump lead|booster cable
windscreen wiper|windshield wiper|wiper blade
petrol can|gas can|jerry can
sat nav|gps|navigation system
dash cam|dashcam|dashboard camera
car phone holder|phone mount
bike lock|bicycle lock
bike light|bicycle light
bike pump|bicycle pump|tyre pump
allen wrench|hex wrench|hex key|allen key
utility knife|stanley knife|box cutter|craft knife|carpet knife
ratchet|socket wrench
adjustable wrench|adjustable spanner|monkey wrench|crescent wrench
pincer|nipper|wire cutter|side cutter
vise|vice|bench vise
clamp|cramp
workbench|work bench
safety goggle|safety glasses|protective glasses
ear muff|ear defender|hearing protection
hard hat|safety helmet
dust mask|respirator
drill bit|drill set
wall plug|rawl plug|wall anchor
screw|fastener
sander|orbital sander
jigsaw tool|sabre saw
chain saw|chainsaw
soldering iron|solder gun
bubble level|spirit level
extension reel|cable reel
padlock|lock
smoke detector|smoke alarm
`;

/** Each line: a wide word, then narrower ones that are examples of it. */
export const leisureExamples = `
horn: trumpet, french horn, trombone, saxophone, tuba
woodwind: clarinet, flute, oboe, bassoon, saxophone, recorder
keyboard instrument: piano, organ, synthesizer, accordion
drum: snare, djembe, bongo, cajon, conga, tabla, timpani
stringed instrument: guitar, violin, cello, banjo, harp, ukulele
percussion: cajon, maraca, triangle, xylophone, bongo, timpani, snare
garden tool: rake, spade, hoe, trowel, pruner, shears, shovel
garden furniture: bench, patio chair, lounger, hammock, patio set
patio furniture: bench, adirondack chair, lounger, hammock, patio set
flower seed: wildflower, sunflower, marigold
shrub: hydrangea, lavender, boxwood
climbing plant: ivy, clematis, jasmine
exercise equipment: dumbbell, treadmill, kettlebell, exercise bike, resistance band
ball: soccer ball, basketball, volleyball, tennis ball
ball game: soccer ball, basketball, volleyball
boat: kayak, canoe, dinghy, raft
winter sport: ski, sled, snowboard, skate
board game: chess, checkers, monopoly
baby toy: rattle, teether, mobile
stationery: pen, notebook, pencil, envelope, marker
art supply: paint, brush, canvas, crayon
pet toy: chew toy, ball, frisbee, rope toy
hand tool: pliers, chisel, file
measuring tool: tape measure, level, ruler
cutting tool: scissors, knife, saw, shears
fastener: screw, nail, bolt, nut
sportswear: tracksuit, leggings, jersey, running shorts
nightwear: pajama, nightgown, robe
headwear: hat, cap, beanie, beret
footwear: shoe, boot, sandal, sneaker, slipper
knitwear: sweater, cardigan, scarf, beanie
outerwear: coat, jacket, parka, raincoat
jacket: blazer, windbreaker, parka, bomber jacket, puffer jacket
kitchenware: pan, pot, bowl, utensil
cookware: pan, pot, skillet, dutch oven, wok
bakeware: baking sheet, cake pan, muffin tin
glassware: wine glass, tumbler, pitcher
tableware: plate, bowl, cup, cutlery
bedding: sheet, duvet, pillowcase, blanket
lighting: lamp, chandelier, lantern, sconce
wearable: smart watch, fitness tracker
`;
