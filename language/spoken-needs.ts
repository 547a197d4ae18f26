/** Each line: what somebody wants to do, then the things that are there for it. Language, not merchandise: nothing here comes from a catalogue. Data only. */
export const spokenNeeds = `
boil water: kettle
heat water: kettle
hot water: kettle
make tea: kettle, teapot
brew tea: teapot, kettle
make coffee: coffee maker, espresso machine, french press
brew coffee: coffee maker, pour over
grind coffee: coffee grinder
make toast: toaster
tell the time: clock, watch
tell time: clock, watch
wake me up: alarm clock
wake up: alarm clock
keep time: watch, clock
take photo: camera
take picture: camera
take photograph: camera
shoot video: camera, camcorder
film video: camera, camcorder
record video: camera, camcorder
listen to music: headphone, speaker
play music: speaker
hear music: speaker, headphone
make call: phone
phone people: phone
read digital book: e reader
read ebook: e reader
digital book: e reader
electronic book: e reader
charge my phone: charger, charging cable, power bank
charge phone: charger, charging cable, power bank
phone charger: power bank, charging cable
charge my device: charger, charging cable
sit on: chair, stool, sofa, bench
sit in: chair, armchair
sit at: desk, table
sleep on: bed, mattress, sofa bed
sleep in: bed, tent, sleeping bag
sleep under: blanket, duvet
lie on: bed, sofa, mat
put my foot up: footstool, ottoman
write with: pen, pencil
write in: notebook, journal
write on: notebook, desk
write at: desk
eat at: table
eat from: bowl, plate
drink from: cup, mug, glass
carry water: water bottle, flask
carry my laptop: backpack, laptop bag, briefcase
carry my book: backpack, tote
carry book: backpack, tote
carry my stuff: bag, backpack
carry thing: bag, backpack
keep my money: wallet, purse
hold my money: wallet, purse
keep the sun off: parasol, sun hat, umbrella
keep the rain off: umbrella, raincoat
protect my eye: sunglasses
protect my head: helmet
keep me dry: raincoat, umbrella
keep dry: raincoat, umbrella
keep me warm: blanket, jacket, sweater
keep my hand warm: glove
keep my neck warm: scarf
keep my head warm: beanie, hat
keep my foot warm: sock, slipper
warm my foot: sock, slipper
keep coffee hot: travel mug, thermos
coffee hot: travel mug, thermos
keep drink cold: cooler, insulated bottle
see in the dark: flashlight, lantern, lamp
light up: lamp, light, lantern
read in bed: bedside lamp, reading lamp
clean the floor: vacuum cleaner, mop
clean my floor: vacuum cleaner, mop
clean the carpet: vacuum cleaner
clean the air: air purifier
breathe cleaner: air purifier
cool the room: fan, air conditioner
heat the room: heater
control the temperature: thermostat
control heating: thermostat
watch my house: security camera
watch the house: security camera
keep an eye on: security camera
water the garden: garden hose, watering can
water the plant: watering can, garden hose
water my plant: watering can, garden hose
cut the grass: lawn mower
mow the lawn: lawn mower
cut wood: saw, axe
chop wood: axe
split wood: axe
split log: axe
cut vegetable: knife, cutting board
chop vegetable: knife, cutting board
cut bread: bread knife, cutting board
fry egg: frying pan, skillet
cook steak: skillet, grill
cook outside: grill
cook outdoors: grill
bake cake: cake pan, mixing bowl
open wine: corkscrew
open bottle: bottle opener
drive nail: hammer
bang in nail: hammer
tighten bolt: wrench
loosen bolt: wrench
drill hole: drill
make hole: drill
hang picture: hammer, picture hook
shave with: razor
brush my tooth: toothbrush
clean my tooth: toothbrush
wash my hand: soap
wash my hair: shampoo
dry my hair: hair dryer
smell nice: perfume, candle
smell good: perfume, candle
work out: dumbbell, yoga mat
lift weight: dumbbell
do yoga: yoga mat
stretch on: yoga mat
ride to work: bicycle, scooter
go camping: tent, sleeping bag, lantern
camp in: tent
catch fish: fishing rod, lure
paddle on the lake: kayak, canoe
hold my tv: tv stand
put my tv on: tv stand
put my book: bookshelf
keep my book: bookshelf
store book: bookshelf
hold my key: key ring
hold flower: vase
put flower in: vase
look at myself: mirror
dog can sleep: dog bed
cat can sleep: cat bed
dog to sleep: dog bed
cat to sleep: cat bed
dog to chew: chew toy
walk the dog: leash, collar
walk my dog: leash, collar
surf the web: laptop, tablet
surf the internet: laptop, tablet
browse the internet: laptop, tablet
play game on: game console, gaming mouse
type on: keyboard
learn to play: guitar, piano, ukulele
sing into: microphone
record my voice: microphone
record podcast: microphone
wear to the beach: sandal, flip flop
wear to a wedding: dress, heel
hold my pants: belt
hold my trouser: belt
hold up my pants: belt
travel with: suitcase, backpack
pack for a trip: suitcase, luggage
shade for the patio: patio umbrella
shade on the patio: patio umbrella
`;
