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
