/**
 * Each line: what somebody wants to do, in one or more ways, without articles and possessives ("cut the grass" is "cut grass"), then the things that are there for it. Language, not
 * merchandise: nothing here comes from a catalogue. Data only.
 */
export const spokenNeeds = `
boil water|heat water|hot water: kettle
make tea: kettle, teapot
brew tea: teapot, kettle
make coffee: coffee maker, espresso machine, french press
brew coffee: coffee maker, pour over
grind coffee: coffee grinder
make toast: toaster
video call|video meeting|zoom call|zoom meeting: webcam
tell time: clock, watch
wake me up|wake up: alarm clock
keep time: watch, clock, metronome
keep beat: metronome
take photo|take picture|take photograph: camera
shoot video|film video|record video: camera, camcorder
listen to music: headphone, speaker
play music: speaker
hear music: speaker, headphone
make call|phone people|talk to friend: phone
read digital book|read ebook|digital book|electronic book: e reader
charge phone: charger, charging cable, power bank
phone charger: power bank, charging cable
charge device: charger, charging cable
sit on: chair, stool, sofa, bench
sit in: chair, armchair
sit at: desk, table
sleep on: bed, mattress, sofa bed
sleep in: bed, tent, sleeping bag
sleep under: blanket, duvet
lie on: bed, sofa, mat
put foot up|rest foot: footstool, ottoman
write with: pen, pencil
write in: notebook, journal
write on: notebook, desk
write at: desk
eat at: table
eat from: bowl, plate
drink from: cup, mug, glass
drink tea|drink tea from|drink tea out of|drink coffee|drink coffee from|drink coffee out of: mug, teacup, cup
drink wine|drink wine from|drink wine out of: wine glass
drink water from|drink water out of: glass, water bottle
eat soup from|eat soup out of|eat cereal from|eat cereal out of: bowl
carry water: water bottle, flask
carry laptop: backpack, laptop bag, briefcase
carry book: backpack, tote
carry stuff|carry thing: bag, backpack
keep money|hold money: wallet, purse
keep sun off: parasol, sun hat, umbrella
keep rain off: umbrella, raincoat
protect eye: sunglasses
protect head: helmet
keep me dry|keep dry: raincoat, umbrella
keep me warm: blanket, jacket, sweater
keep hand warm|protect hand: glove
keep neck warm: scarf
keep head warm: beanie, hat
keep foot warm|warm foot: sock, slipper
keep coffee hot|coffee hot: travel mug, thermos
keep drink cold|keep beer cold: cooler, insulated bottle
see in dark: flashlight, lantern, lamp
light up: lamp, light, lantern
read in bed: bedside lamp, reading lamp
clean floor: vacuum cleaner, mop
clean carpet: vacuum cleaner
clean air|breathe cleaner: air purifier
cool room|keep house cool: fan, air conditioner
heat room|warm room|keep house warm: heater
control temperature|control heating: thermostat
watch house|keep eye on: security camera
water garden: garden hose, watering can
water plant: watering can, garden hose
cut grass|mow lawn: lawn mower
cut wood: saw, axe
chop wood|split wood|split log: axe
cut vegetable|chop vegetable: knife, cutting board
cut bread: bread knife, cutting board
fry egg: frying pan, skillet
cook steak: skillet, grill
cook outside|cook outdoors: grill
bake cake: cake pan, mixing bowl
open wine: corkscrew
open bottle: bottle opener
drive nail|bang in nail|hammer nail: hammer
tighten bolt|loosen bolt: wrench
drill hole|make hole: drill
hang picture: hammer, picture hook
shave with: razor
brush tooth|clean tooth: toothbrush
wash hand: soap
wash hair: shampoo
dry hair: hair dryer
smell nice|smell good: perfume, candle
work out: dumbbell, yoga mat
lift weight: dumbbell
do yoga|stretch on|stretch out: yoga mat
ride to work: bicycle, scooter
go camping: tent, sleeping bag, lantern
camp in: tent
catch fish|go fishing: fishing rod, lure
paddle on lake: kayak, canoe
hold tv|put tv on: tv stand
put book|keep book|store book: bookshelf
hold key: key ring
hold flower|put flower in: vase
look at myself: mirror
dog can sleep|dog to sleep: dog bed
cat can sleep|cat to sleep: cat bed
dog to chew: chew toy
walk dog: leash, collar
surf web|surf internet|browse internet: laptop, tablet
play game on: game console, gaming mouse
type on: keyboard
learn to play: guitar, piano, ukulele
sing into|record voice|record podcast: microphone
wear to beach: sandal, flip flop
wear to wedding: dress, heel
hold pants|hold trouser|hold up pants: belt
travel with: suitcase, backpack
pack for trip: suitcase, luggage
shade for patio|shade on patio: patio umbrella
split firewood|chop firewood: axe, hatchet
cut down tree: axe, saw, chainsaw
prune rose: pruning shears, secateurs
trim hedge|cut hedge: hedge trimmer, shears
pull weed: weeder, trowel
kill weed: weed killer
dig hole: shovel, spade
dig in garden: shovel, spade, trowel
plant bulb: trowel, bulb planter
grow vegetable: raised bed, seed, planter
grow herb: planter, seed, window box
feed plant: fertilizer
feed bird: bird feeder
feed dog: dog bowl, dog food
feed cat: cat bowl, cat food
feed fish: fish food
rake leaf: rake, leaf blower
clear snow|shovel snow: snow shovel
clean window: squeegee, glass cleaner
clean dish|wash dish: dish soap, sponge
wash car: car shampoo, sponge
wash clothes: laundry detergent
dry clothes: drying rack, dryer
dry dish: dish rack, dish towel
dry myself: towel
iron shirt: iron, ironing board
hang clothes|hang up clothes: hanger, coat rack
hang coat|hang up coat: coat rack, hook
store clothes: dresser, wardrobe
store toy: toy box, storage bin
store food: food container, jar
store wine: wine rack
store shoe: shoe rack
put toy in: toy box, basket
put fruit in: fruit bowl, basket
put laundry in: laundry basket, hamper
carry groceries|carry shopping: tote, shopping bag
carry lunch: lunch box, cooler bag
carry baby: baby carrier
serve cheese: cheese board, platter
serve salad: salad bowl
serve drink: pitcher, tray
serve wine: wine glass, decanter
serve soup: soup bowl, ladle
serve tea: teapot, tea set
mix batter: mixing bowl, mixer
mix cocktail|make cocktail: cocktail shaker
make smoothie: blender
make juice: juicer
make bread: loaf pan, bread maker
make pizza: pizza stone, pizza cutter
make soup: soup pot, blender
make pancake: frying pan, griddle
make popcorn: popcorn maker
make ice cream: ice cream maker
make waffle: waffle iron
make music: instrument
bake bread: loaf pan, dutch oven
bake cookie: cookie sheet, cookie cutter
bake pie: pie dish
roll dough: rolling pin
peel potato: peeler
grate cheese: grater
crush garlic: garlic press
squeeze lemon: citrus squeezer, juicer
drain pasta|strain pasta: colander
boil pasta: pot
cook rice: rice cooker, pot
cook soup: soup pot, stockpot
steam vegetable: steamer
flip pancake: spatula
weigh flour|weigh food: kitchen scale
weigh myself: bathroom scale
measure flour: measuring cup, kitchen scale
measure temperature: thermometer
measure room: tape measure
measure length: tape measure, ruler
keep food cold: cooler, ice pack
keep tea hot: thermos, travel mug
keep tea warm: tea cozy, thermos
keep water cold: insulated bottle
keep bug away: bug spray, mosquito net
keep mosquito away: mosquito repellent, mosquito net
keep slug away: slug barrier
keep hair out: headband, hair tie
tie hair: hair tie, scrunchie
curl hair: curling iron
straighten hair: flat iron
comb hair: comb, hairbrush
brush hair: hairbrush
trim beard: beard trimmer
paint nail: nail polish
cut nail: nail clipper
remove makeup: makeup remover, cotton pad
put on lip: lip balm, lipstick
wear around neck: scarf, necklace
wear on wrist: watch, bracelet
wear on head: hat, cap
wear in rain: raincoat, rain boot
wear in snow: snow boot, parka
wear to bed: pajama, nightgown
wear to gym: sneaker, leggings
wear to office: shirt, blazer
wear at home: slipper, robe
wear in garden: garden glove, rain boot
wear under suit: dress shirt
hold pants up: belt, suspenders
hold phone: phone holder, phone mount
hold candle: candle holder
hold photo: picture frame
hold plant: planter, plant stand
hold umbrella: umbrella stand
hold toilet paper: toilet paper holder
hold sheet music: music stand
hold microphone: microphone stand
tune guitar: tuner
pluck string: guitar pick
practice drum: practice pad
play drum: drum set, drum
play chess: chess set
play card: playing card
play fetch: ball, frisbee
play golf: golf club
play tennis: tennis racket
throw for dog: frisbee, ball
go swimming: swimsuit, goggles
go hiking: hiking boot, backpack
go running: running shoe
go sledding: sled
float on: pool float, raft
float in pool: pool float
swim with: goggles, fin
cook over campfire: camp stove, skillet
light campfire: lighter, fire starter
light candle: lighter, match
light path|light garden: path light, lantern
light room: lamp, chandelier
read by: reading lamp, desk lamp
read at night: reading lamp, bedside lamp
find way: compass, map
find direction|tell direction: compass
put in screw|turn screw: screwdriver
drive screw: screwdriver, drill
fix pipe: pipe wrench
grip pipe: pipe wrench, pliers
cut pipe: hacksaw, pipe cutter
cut metal: hacksaw, metal saw
cut wire: wire cutter, pliers
cut paper: scissors
cut fabric: fabric scissors, scissors
cut hair: hair clipper, scissors
cut cake: cake knife
cut pizza: pizza cutter
cut meat: carving knife, chef knife
carve turkey: carving knife
sharpen knife: knife sharpener
sharpen pencil: pencil sharpener
sand wood: sander, sandpaper
paint wall: paint, paint roller
glue wood: wood glue
smooth wood: sander, sandpaper, plane
reach high: ladder, step stool
reach shelf: step stool, ladder
lock bike: bike lock
pump tyre: tyre pump
inflate tire: tire pump
start car: jumper cable
take to beach: beach bag, beach towel
lie on at beach: beach towel
take to gym: gym bag
take on plane: carry on
take on trip: suitcase, duffel bag
sleep outside: tent, sleeping bag
sleep in tent: sleeping bag
rest head|put head on: pillow
cover bed: bedspread, quilt
cover window: curtain, blind
cover floor: rug, carpet
cover sofa: throw, sofa cover
decorate tree: ornament, tinsel
decorate door|put on door: wreath
decorate table: centerpiece, tablecloth
decorate wall: wall art, poster
put on wall: wall art, poster, shelf
put on tree: ornament
put on table: tablecloth, centerpiece
put under hot pan: trivet
put under plate: placemat
put drink on: coaster, side table
put lamp on: side table, bedside table
put plant in|stand plant in: planter, pot
give to mother: bouquet, perfume
give to bride: bouquet
pin on jacket: brooch, boutonniere
scare people: mask, skeleton
wear for halloween: costume, mask
dress up as witch: witch costume, witch hat
make house smell: candle, diffuser
freshen air: air freshener, candle
humidify air: humidifier
warm bed: electric blanket, hot water bottle
warm hand: glove, hand warmer
hear better: hearing aid
see far: binoculars
look at star: telescope
take note: notebook
make note: notebook, pen
write note: notebook, sticky note
draw with: pencil, crayon
paint with: paint brush, paint
stick paper: glue, tape
plug in: extension cord, power strip
connect guitar: guitar cable
connect tv: hdmi cable
watch movie|watch film: tv, projector
watch tv: tv
store file|back up file: hard drive, usb stick
count step|track sleep|track step|measure heart rate: fitness tracker
build muscle: dumbbell, resistance band
exercise at home: dumbbell, yoga mat, exercise bike
protect phone: phone case, screen protector
protect laptop: laptop sleeve
protect knee: kneeler, knee pad
protect skin: sunscreen
protect ear: ear muff
soothe throat: lozenge
stop headache: painkiller
cover cut: bandage
`;
