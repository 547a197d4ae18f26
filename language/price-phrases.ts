/** What people say around an amount to bound it. Data only. */

/** What a phrase makes of the amount. `fund` bounds from above, but only an amount of money: "I have fifteen dollars". */
export type Bound = "max" | "min" | "target" | "between" | "from" | "fund";

const phrases = (list: string): readonly (readonly string[])[] => list.split("|").map((phrase) => phrase.split(" "));

/** Phrases before an amount; where several begin at one word, the longest counts. */
export const leadingBounds: { readonly [B in Bound]: readonly (readonly string[])[] } = {
  max: phrases(
    "under|below|beneath|less than|less than or equal to|equal to or less than|cheaper than|lower than|at most|at the most|up to|as much as|maximum|maximum of|max|max of|within|" +
      "a maximum of|south of|sub|willing to pay|willing to spend|prepared to pay|prepared to spend|happy to pay|ready to spend|able to spend|budget|budget is|budget's|budget of|limit|limit is|limit of|spend|afford|inside of|underneath|" +
      "go as high as|as high as|cap it at|cap at|capped at|cap of|cap is|ceiling|ceiling of|ceiling is|top out at|tops out at|keep it to|limit it to|limited to|at or below|at or under|shy of|stay at|go up to|no higher than|not exceeding",
  ),
  min: phrases(
    "over|above|more than|more than or equal to|greater than or equal to|at least|starting at|starts at|start at|starting from|starts from|beginning at|floor of|floor is|upwards of|upward of|minimum|minimum of|a minimum of|north of|" +
      "past|more expensive than|dearer than|costlier than|at the very least|at the least|higher than|greater than|exceeding|exceed|exceeds|pricier than|beyond",
  ),
  target: phrases(
    "around|about|roughly|approximately|exactly|close to|near|nearly|somewhere around|in the neighborhood of|in the range of|" +
      "something like|round about",
  ),
  between: phrases("between|anywhere between|somewhere between"),
  from: phrases("from|anywhere from"),
  fund: phrases(
    "we have|we only have|we've got|we've only got|we got|all i have is|all we have is|i can do|i could do|i have|i only have|i've got|i've only got|i got|i only got|have got|i just have|i've|pay|for under",
  ),
};

/** Phrases after an amount. */
export const trailingBounds: { readonly [B in "max" | "min" | "target"]: readonly (readonly string[])[] } = {
  max: phrases(
    "or less|or under|or below|or cheaper|or lower|and under|and below|and down|max|maximum|tops|at most|at the most|at the very most|at the outside|and not more|and no more|and not a penny more|and no higher|" +
      "budget|limit|is my limit|is my budget|is my max|is my maximum|is the most|is all i have|is all i've got|is all i got|is what i have|or fewer|at maximum",
  ),
  min: phrases(
    "or more|or above|or over|or higher|or up|and up|and above|and over|and more|minimum|min|plus|at least|at minimum|upwards|or better",
  ),
  target: phrases("or so|ish|give or take|or thereabouts|or around that|roughly|more or less"),
};

/** Words between a bounding phrase and its amount that change nothing. */
export const hesitations = new Set(
  "um uh er erm like say maybe only just the a an of is about around roughly approximately price prices priced total probably well you know let's let see cost costs costing at".split(
    " ",
  ),
);

/** Words that make the opposite of a bound: "no more than", "nothing over". */
export const negations = new Set(
  "refuse unwilling avoid hate no not nothing never none cannot can't don't doesn't won't isn't aren't shouldn't without wouldn't nor dont cant doesnt wont didn't".split(
    " ",
  ),
);

/** Words between a negation and "under" that leave the negation in force: "don't show me anything under fifty". */
export const negationLinks = new Set(
  "show me us give get want need tell offer suggest bring send see hear look at for to anything something stuff things thing ones one any that's that is costs priced with bother like".split(
    " ",
  ),
);

/** What a shop promises from an amount on; the amount is no price of a product then: "free shipping over fifty dollars". */
export const promises = new Set("shipping delivery orders order purchases purchase returns".split(" "));

/** After these an earlier bound is taken back. */
export const corrections = phrases(
  "actually|sorry|i mean|make it|make that|wait|rather|scratch that|no|on second thought|let's say|let's make it|instead|change that to|i meant|correction",
);

/** A number before one of these counts or measures something and is no price. */
export const measures = new Set(
  (
    "inch inches foot feet ft cm mm centimeter centimeters centimetre centimetres meter meters metre metres yard yards mile miles " +
    "gig gigs gigabyte gigabytes gb tb mb terabyte terabytes megabyte megabytes megapixel megapixels mp piece pieces pc pcs " +
    "people person persons pack packs ounce ounces oz pound pounds lb lbs kg kilo kilos kilogram kilograms gram grams g watt watts " +
    "liter liters litre litres quart quarts gallon gallons cup cups ml milliliters millilitres percent % year years yr month months " +
    "week weeks day days hour hours minute minutes second seconds star stars degree degrees count ply thread mah volt volts speed speeds " +
    "quality slot slots burner burners seat seats seater drawer drawers shelf shelves tier tiers port ports way ways step steps season " +
    "seasons man men kids kid children guests players player pixels hertz hz lumens lumen calories page pages off reviews times " +
    "series core cores channel channels button buttons blade blades pocket pockets pair pairs bottle bottles sheets sheet ports waist inseam karat karats carat carats gauge denier proof dpi rpm psi amp amps string strings key keys bit bits zone zones bulb bulbs " +
    "shot shots row rows hole holes panel panels bladed legged sided fold door doors burners wheel wheels wheeled cylinder night nights serving servings"
  ).split(" "),
);

/** Words that may follow a bare amount. Any other word is what is counted: "at least two pockets". */
export const followers = new Set(
  (
    "each apiece or and but please for with in on if that which would will is are total per a the only thanks thank though maybe at to from as so " +
    "than then range tops max maximum minimum min budget ish something anything give actually no wait price i you it do what have by because can " +
    "plus limit sorry make um uh like just not my we they this show any if when since bucks tax shipping including before after"
  ).split(" "),
);

/** Words before a number that make it a name, a size or a count. */
export const labels = new Set(
  "rated rating size sizes number order code pin model option item version page chapter ages age aged sized ref reference zip extension card sku channel series".split(
    " ",
  ),
);
