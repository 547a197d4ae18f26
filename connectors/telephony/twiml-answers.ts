import twilio from "twilio";

/** Where Twilio finds the gateway, and how long a stream's start may take. */
export type PublicPlace = { readonly publicUrl: string };

/** The media socket's address: the public one, by WebSocket. Twilio allows no query string here (error 31920). */
export function mediaUrl({ publicUrl }: PublicPlace): string {
  return `${publicUrl.replace(/^http/, "ws")}/ws/media`;
}

/** Connects the call to a media stream; when that ends, Twilio asks how to go on with the next attachment's number. */
export function connectAnswer(place: PublicPlace, token: string, attachment: number): string {
  const response = new twilio.twiml.VoiceResponse();
  const connect = response.connect({ action: `${place.publicUrl}/twilio/resume?attachment=${attachment + 1}` });
  connect.stream({ url: mediaUrl(place) }).parameter({ name: "token", value: token });
  return response.toString();
}

/** What the caller is asked for, and where the card goes. */
export type CardQuestion = {
  /** Twilio's name of the connector to the payment provider. */
  readonly payConnector: string;
  /** Attachment of the stream that ended for it. */
  readonly attachment: number;
};

/** Longest pause between two keys, in seconds. */
const KEY_PAUSE_SECONDS = 10;

/**
 * Asks for a card by keypad and has the provider keep it: nothing is charged, the provider's name for it comes to `action`. Both addresses are absolute, as they must
 * be in TwiML that comes by a call's update. Source: Twilio, "TwiML: Pay".
 */
export function cardAnswer({ publicUrl }: PublicPlace, { payConnector, attachment }: CardQuestion): string {
  const response = new twilio.twiml.VoiceResponse();
  response.pay({
    paymentConnector: payConnector,
    tokenType: "payment-method",
    chargeAmount: "0",
    paymentMethod: "credit-card",
    maxAttempts: 2,
    timeout: KEY_PAUSE_SECONDS,
    action: `${publicUrl}/twilio/card?attachment=${attachment + 1}`,
    statusCallback: `${publicUrl}/twilio/card-status`,
  });
  return response.toString();
}

/** Ends the call. */
export function hangUpAnswer(): string {
  const response = new twilio.twiml.VoiceResponse();
  response.hangup();
  return response.toString();
}

/** Turns the call away as busy, at no cost to the caller. */
export function busyAnswer(): string {
  const response = new twilio.twiml.VoiceResponse();
  response.reject({ reason: "busy" });
  return response.toString();
}

/** The line could not be kept: apologises, and ends the call. */
export function apologyAnswer(): string {
  const response = new twilio.twiml.VoiceResponse();
  response.say("We are sorry, we have trouble with this line. Please call again in a moment.");
  response.hangup();
  return response.toString();
}

/** Connects the caller with a number. */
export function transferAnswer(toNumber: string): string {
  const response = new twilio.twiml.VoiceResponse();
  response.dial(toNumber);
  return response.toString();
}
