-- What happened in calls, for analysis, and the audit log.

CREATE TABLE calls (
  call_sid text PRIMARY KEY,
  -- Keyed hash of the caller's number; empty when it was withheld.
  caller_hash text,
  started_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  duration_ms double precision,
  turns integer NOT NULL,
  orders integer NOT NULL,
  revenue_minor bigint NOT NULL,
  is_converted boolean NOT NULL,
  -- The language models' price, in millionths of a US dollar.
  cost_micros double precision NOT NULL,
  risk_score double precision NOT NULL,
  risk_action text NOT NULL,
  -- What the columns are made of: merged from records in any order.
  facts jsonb NOT NULL
);
CREATE INDEX calls_started ON calls (started_at);

CREATE TABLE call_turns (
  call_sid text NOT NULL,
  turn integer NOT NULL,
  -- Redacted by the marks of the schemas.
  words text,
  word_count integer,
  recogniser_confidence double precision,
  intent text,
  confidence double precision,
  source text,
  tools text[] NOT NULL,
  outcomes text[] NOT NULL,
  state text,
  decided_by text,
  speech_ended_at timestamptz,
  turn_ended_at timestamptz,
  first_byte_at timestamptz,
  endpoint_wait_ms double precision,
  recogniser_wait_ms double precision,
  model_wait_ms double precision,
  store_wait_ms double precision,
  payment_wait_ms double precision,
  synthesis_wait_ms double precision,
  overhead_ms double precision,
  voice_to_voice_ms double precision,
  first_sound_ms double precision,
  was_interrupted boolean NOT NULL,
  risk_score double precision NOT NULL,
  risk_action text NOT NULL,
  cost_micros double precision NOT NULL,
  input_tokens integer NOT NULL,
  output_tokens integer NOT NULL,
  facts jsonb NOT NULL,
  PRIMARY KEY (call_sid, turn)
);

-- One hash chain for each partition of the log, so that workers append without waiting for each other.
CREATE TABLE audit_chains (
  chain integer PRIMARY KEY,
  seq bigint NOT NULL,
  hash text NOT NULL
);

CREATE TABLE audit_log (
  chain integer NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  -- Event time, in milliseconds since the epoch.
  occurred_at_ms double precision NOT NULL,
  call_sid text NOT NULL,
  record_type text NOT NULL,
  event_id text NOT NULL UNIQUE,
  -- Of the redacted record as canonical JSON.
  record_sha256 text NOT NULL,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_log_call ON audit_log (call_sid);

CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_log is append-only';
END $$;
CREATE TRIGGER audit_log_no_change BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
