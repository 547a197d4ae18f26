/** Words for what is eaten and drunk. Language, not merchandise: nothing here comes from a catalogue. Data only. */

/** Each line: names of the same food or drink, as British and American speakers and shops say them. */
export const foodNames = `
oatmeal|porridge oats|oats|rolled oats|steel cut oats
mince|ground beef|minced beef|ground meat|minced meat|hamburger meat
burger|hamburger|beef patty|burger patty
hot dog|frankfurter|frankfurt|wiener
rocket salad|arugula|rocket leaf
snow pea|mangetout|sugar snap pea
bean|legume
broad bean|fava bean
butter bean|lima bean
runner bean|green bean|pole bean
potato|spud|tater
jacket potato|baked potato|baking potato
corn on the cob|corn cob|sweetcorn
romaine|cos lettuce
chard|silverbeet
endive|chicory
avocado|avocado pear
cantaloupe|rockmelon|muskmelon
raisin|sultana
prune|dried plum
icing sugar|powdered sugar|confectioner sugar
caster sugar|superfine sugar
brown sugar|demerara sugar|muscovado sugar
golden syrup|corn syrup
treacle|molasses
plain flour|all purpose flour|white flour
wholemeal flour|whole wheat flour
wholemeal bread|whole wheat bread|brown bread
cornflour|corn starch|cornstarch
baking soda|bicarbonate of soda
double cream|heavy cream|whipping cream
single cream|light cream|half and half
cottage cheese|curd cheese
soy|soya
tofu|bean curd
jam|jelly|fruit preserve|fruit spread
nut butter|peanut butter|almond butter
sweet|candy|confectionery|lolly
lollipop|lolly|sucker
ice lolly|popsicle|ice pop
candy floss|cotton candy
cookie|biscuit
crisp|potato chip|kettle chip|chip
tortilla chip|nacho|corn chip
pretzel|salted pretzel
popcorn|popping corn
muesli|granola|cereal
cereal|breakfast cereal|corn flakes
flapjack|granola bar|oat bar|cereal bar|muesli bar
bun|bread roll|roll|dinner roll
baguette|french bread|french stick|french loaf
wrap|tortilla|flatbread
flatbread|pita|pitta|naan
pie|tart|flan
pudding|dessert|custard
soda|pop|soft drink|fizzy drink|carbonated drink|cola
sparkling water|fizzy water|soda water|seltzer|carbonated water|mineral water|club soda
squash|cordial|fruit concentrate
juice|fruit juice
oj|orange juice
herbal tea|herb tea|herbal infusion|infusion|tisane
decaf|decaffeinated|caffeine free
coffee|java
instant coffee|soluble coffee
sparkling wine|champagne|prosecco|bubbly|cava
spirit|liquor|hard liquor
beer|lager|ale
cider|hard cider
vodka|gin
hot sauce|chili sauce|chilli sauce|pepper sauce|tabasco
gravy|meat sauce
stock|broth|bouillon
soy sauce|shoyu|tamari
mayo|mayonnaise
relish|pickle|chutney
pickle|gherkin|pickled cucumber
seasoning|spice|spice mix
stew|casserole|ragout
takeaway|takeout
sausage|bratwurst|hot link
pork chop|pork cutlet
tuna|tuna fish
prawn|shrimp|scampi
mussel|clam
oyster|shellfish
turkey|turkey breast
fowl|poultry
mutton|lamb
dairy free milk|plant milk|non dairy milk|oat milk|almond milk|soy milk
`;

/** Each line: a wide word, then narrower ones that are examples of it. */
export const foodExamples = `
pasta: spaghetti, macaroni, penne, rigatoni, fusilli, lasagna, tagliatelle, linguine, farfalle, ravioli, noodle, gnocchi
noodle: ramen, udon, soba, spaghetti, vermicelli
nut: almond, cashew, peanut, walnut, pecan, hazelnut, pistachio, macadamia
salad green: lettuce, arugula, spinach, kale, romaine, mixed leaf, lettuce mix
salad leaf: lettuce, arugula, spinach, kale, romaine
green: lettuce, arugula, spinach, kale
lettuce: romaine, iceberg, salad mix
herb: basil, parsley, cilantro, mint, rosemary, thyme, dill, sage, oregano, chives
spice: cinnamon, cumin, paprika, turmeric, pepper, nutmeg, ginger
vegetable: zucchini, eggplant, cauliflower, celery, cucumber, asparagus, beet, corn, onion, lettuce, kale, pea, leek, squash
root vegetable: carrot, beet, parsnip, turnip, radish, potato
fruit: peach, pear, plum, cherry, strawberry, mango, pineapple, kiwi, nectarine, apricot, lemon, avocado
tropical fruit: mango, pineapple, papaya, coconut, passion fruit, banana, kiwi
stone fruit: peach, plum, nectarine, apricot, cherry
melon: watermelon, cantaloupe, honeydew
apple: granny smith, fuji, gala
mushroom: portobello, shiitake, button mushroom, oyster mushroom
cheese: goat cheese, camembert, swiss, ricotta, mascarpone, gruyere, provolone
shellfish: shrimp, crab, lobster, oyster, mussel, clam, scallop
fish: halibut, tilapia, trout, sea bass, sardine, herring, fillet
meat: steak, ham, bacon, sausage, turkey, veal, ground beef
poultry: chicken, turkey, duck
steak: ribeye, sirloin, fillet, t bone, porterhouse
beef: steak, brisket, roast beef, ground beef
sausage: salami, chorizo, bratwurst
cold cut: salami, ham, prosciutto, pastrami
bread: bun, bagel, loaf, rye, focaccia, pita, naan
pastry: scone, strudel, puff pastry, cinnamon roll, turnover
dessert: cake, pie, tart, pudding, ice cream, brownie, cheesecake, mousse
sweet: caramel, fudge, toffee, marshmallow, gummy, lollipop, truffle
candy: caramel, fudge, toffee, gummy, lollipop, truffle, chocolate
snack: chips, popcorn, pretzel, nut, cracker, granola bar
cereal: oats, granola, corn flakes, muesli
grain: rice, quinoa, barley, couscous, bulgur, oats
rice: basmati, jasmine, arborio, wild rice
pulse: lentil, chickpea, bean, split pea
bean: kidney bean, black bean, pinto, chickpea, green bean
tea: earl grey, green tea, chai, oolong, chamomile, matcha
black tea: earl grey, english breakfast, darjeeling, assam
herbal tea: chamomile, peppermint, rooibos, ginger tea, hibiscus
coffee: espresso, latte, cappuccino, cold brew, coffee bean
wine: red wine, white wine, merlot, chardonnay, cabernet, rose wine
beer: pilsner, stout, ipa, porter
spirit: whiskey, vodka, gin, rum, tequila, brandy
soft drink: cola, lemonade, soda, ginger ale
spread: jam, honey, marmalade, hazelnut spread, nut butter
sweetener: sugar, honey, maple syrup, stevia, agave
sauce: ketchup, mustard, mayonnaise, salsa, pesto, hot sauce
dip: hummus, salsa, guacamole
oil: olive oil, sunflower oil, coconut oil, canola oil
flour: wheat flour, rye flour, almond flour
cheese platter: cheese board, charcuterie, cheese and grape board
cheese board: cheese platter, charcuterie
charcuterie: cheese platter, cheese board, cold cut
breakfast: pancake, cereal, croissant, granola, waffle, bagel
`;
