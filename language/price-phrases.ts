/** What people say around an amount to bound it. Data only. */

/** What a phrase makes of the amount. `fund` bounds from above, but only an amount of money: "I have fifteen dollars". */
export type Bound = "max" | "min" | "target" | "between" | "from" | "fund";

const phrases = (list: string): readonly (readonly string[])[] => list.split("|").map((phrase) => phrase.split(" "));

/** Phrases before an amount; where several begin at one word, the longest counts. */
export const leadingBounds: { readonly [B in Bound]: readonly (readonly string[])[] } = {
  max: phrases(
    "under|below|beneath|maximum spend|max spend|maximum spend of|max out at|maxes out at|as far as|go as far as|not as much as|not as high as|not quite|less than|less than or equal to|equal to or less than|cheaper than|lower than|at most|at the most|up to|as much as|maximum|maximum of|max|max of|within|up to and including|" +
      "a maximum of|south of|sub|could swing|can swing|can manage|could manage|willing to pay|willing to spend|prepared to pay|prepared to spend|happy to pay|ready to spend|able to spend|budget|budget for this is|budget for it is|budget for that is|budget was|limit was|max was|maximum was|budget is|budget's|budget of|limit|limit is|limit of|spend|afford|inside of|underneath|" +
      "go as high as|as high as|cap it at|cap at|capped at|cap of|cap is|ceiling|ceiling of|ceiling is|top out at|tops out at|keep it to|limit it to|limited to|at or below|at or under|shy of|stay at|go up to|no higher than|not exceeding|stretch to|stretch it to|stretch up to|go to|upper limit|upper limit of|upper limit is|price limit|top price|" +
      "cap|keep to|fork out|shell out|part with|most i can do is|most i can spend is|most i can pay is|most i'd pay is|most i'd spend is|most i'll pay is|most i'll spend is|" +
      "most i want to spend is|most i want to pay is|most we can spend is|most we can pay is|most i could do is|most i could spend is",
  ),
  min: phrases(
    "over|above|minimum spend|minimum spend of|starting around|starting about|starts around|starts about|more than|more than or equal to|greater than or equal to|at least|starting at|starts at|start at|starting from|starts from|beginning at|floor of|floor is|upwards of|upward of|minimum|min|min of|minimum of|a minimum of|north of|" +
      "past|more expensive than|dearer than|costlier than|at the very least|at the least|higher than|greater than|exceeding|exceed|exceeds|pricier than|beyond|in excess of|starting price of|upward from|upwards from",
  ),
  target: phrases(
    "around|about|roughly|approximately|exactly|close to|near|nearly|somewhere around|in the neighborhood of|in the range of|" +
      "something like|round about|more or less|give or take|in the ballpark of|ballpark|in the region of|in the area of|in the realm of|in the vicinity of|in the neighbourhood of|on the order of|along the lines of|" +
      "circa|approx|precisely|plus or minus|closer to|right at",
  ),
  between: phrases("between|anywhere between|somewhere between"),
  from: phrases("from|anywhere from"),
  fund: phrases(
    "we have|we only have|we've got|we've only got|we got|all i have is|all we have is|i can do|i could do|i have|i only have|i've got|i've only got|i got|i only got|have got|i just have|i've|pay|for under",
  ),
};

/** "Is my limit", "the absolute most", "would be our upper limit". */
const owned = ["", "is ", "is about ", "would be ", "'d be ", "being "].flatMap((is) =>
  ["my", "the", "our", "his", "her"].flatMap((owner) =>
    ["", "absolute ", "upper ", "hard ", "very ", "spending ", "price ", "total ", "whole "].flatMap((kind) =>
      ["limit", "budget", "max", "maximum", "ceiling", "cap", "most", "top"].flatMap((noun) =>
        phrases(`${is}${owner} ${kind}${noun}`),
      ),
    ),
  ),
);

/** Phrases after an amount. */
export const trailingBounds: { readonly [B in "max" | "min" | "target"]: readonly (readonly string[])[] } = {
  max: [
    ...owned,
    ...phrases(
      "or so max|or so tops|or so at most|inclusive at most|and not a cent more|and not a dollar more|and not a penny over|and not a cent over|and not a dollar over|and not one cent more|" +
        "or less|or under|or below|or cheaper|or lower|and under|and below|and down|max|maximum|tops|at most|at the most|at the very most|at the outside|" +
        "and not more|and no more|and not a penny more|and no higher|budget|limit|is all i have|is all i've got|is all i got|is what i have|or fewer|at maximum|" +
        "the most i can do|the most i can spend|the most i can pay|the most i'd pay|the most i'll pay|all i have|all i've got|to spend|is as high as i go|" +
        "is as high as i'll go|is as high as i can go|is tops|is as much as i can spend|and lower|and cheaper|ceiling|cap|at the max|is the most i can do|" +
        "is the most i'll pay",
    ),
  ],
  min: phrases(
    "or more|on up|and on up|or above|or over|or higher|or up|and up|and above|and over|and more|minimum|min|plus|at least|at minimum|upwards|upward|or better|and higher|and beyond|or pricier|and better|or more expensive",
  ),
  target: phrases(
    "or so|ish|give or take|or thereabouts|thereabouts|or around that|or around there|or thereabout|roughly|more or less|or something like that|or close to it|or near that|or about that|or something|ballpark|" +
      "plus or minus|approximately",
  ),
};

/** Words between a bounding phrase and its amount that change nothing. */
export const hesitations = new Set(
  "um uh er erm like say maybe only just the a an of is about around roughly approximately price prices priced total probably well you know let's let see cost costs costing at".split(
    " ",
  ),
);

/** Words that make the opposite of a bound: "no more than", "nothing over"; beside every word that ends in "n't". */
export const negations = new Set(
  "leave skip exclude hide ignore refuse unwilling avoid hate no not nothing never none cannot without nor dont cant doesnt wont".split(
    " ",
  ),
);

/** Words between a negation and "under" that leave the negation in force: "don't show me anything under fifty". */
export const negationLinks = new Set(
  "out off show me us give get want need tell offer suggest bring send see hear look at for to anything something stuff things thing ones one any that's that is costs priced with bother like".split(
    " ",
  ),
);

/** What a shop promises from an amount on; the amount is no price of a product then: "free shipping over fifty dollars". */
export const promises = new Set("shipping delivery orders order purchases purchase returns".split(" "));

/** After these an earlier bound is taken back. */
export const corrections = phrases(
  "actually|sorry|i mean|make it|make that|wait|rather|scratch that|no|on second thought|let's say|let's make it|instead|change that to|i meant|correction|no wait|or rather|hang on|hold on|strike that|forget that|on second thoughts|" +
    "change it to|bump it to|bump it up to|bump that to|raise it to|raise that to|lower it to|lower that to|up it to|i take that back|oops|my mistake|well|or maybe",
);

/** A number before one of these counts or measures something and is no price. */
export const measures = new Set(
  (
    "milliamp milliamps ah bar bars mil mils deg lm millimeter millimeters millimetre millimetres qt gal inch inches foot feet ft cm mm centimeter centimeters centimetre centimetres meter meters metre metres yard yards mile miles " +
    "gig gigs gigabyte gigabytes gb tb mb terabyte terabytes megabyte megabytes megapixel megapixels mp piece pieces pc pcs " +
    "people person persons pack packs ounce ounces oz pound pounds lb lbs kg kilo kilos kilogram kilograms gram grams g watt watts " +
    "liter liters litre litres quart quarts gallon gallons cup cups ml milliliters millilitres percent % year years yr month months " +
    "week weeks day days hour hours minute minutes second seconds star stars degree degrees count ply thread mah volt volts speed speeds " +
    "quality slot slots burner burners seat seats seater drawer drawers shelf shelves tier tiers port ports way ways step steps season " +
    "seasons man men kids kid children child adult adults toddlers toddler teenagers teens women ladies friends campers guests players player pixels hertz hz lumens lumen calories page pages off reviews times " +
    "series core cores channel channels button buttons blade blades pocket pockets pair pairs bottle bottles sheets sheet ports waist inseam karat karats carat carats gauge denier proof dpi rpm psi amp amps string strings key keys bit bits zone zones bulb bulbs " +
    "shot shots row rows hole holes panel panels bladed legged sided fold door doors burners wheel wheels wheeled cylinder night nights serving servings " +
    "horsepower hp calorie layer layers socket sockets outlet outlets slice slices pint pints acre acres square btu btus stitch stitches tablespoon tablespoons teaspoon teaspoons fluid stage stages dozen " +
    "o'clock pm p am"
  ).split(" "),
);

/** Words that may follow a bare amount. Any other word is what is counted: "at least two pockets". */
export const followers = new Set(
  (
    "each apiece or and but please for with in on if that which would will is are total per a the only thanks thank though maybe at to from as so " +
    "than then range tops max maximum minimum min budget ish something anything give actually no wait price i you it do what have by because can " +
    "under below here there today now tonight overall altogether mark range region neighborhood neighbourhood ballpark inclusive including plus limit sorry make um uh like just not my we they this show any if when since bucks tax shipping including before after"
  ).split(" "),
);

/** Words before a number that make it a name, a size or a count. */
export const labels = new Set(
  "rated rating size sizes number order code pin model option item version page chapter ages age aged sized ref reference zip extension card sku channel series".split(
    " ",
  ),
);
