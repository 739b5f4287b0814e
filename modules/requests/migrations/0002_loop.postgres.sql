-- The rest of the loop: stages with limits of their own, pools by skill and kind, pauses, delegation, merging and
-- splitting, exclusion from the assessment, and the lists that staff choose from.

ALTER TABLE requests_category ADD COLUMN grab_limit TEXT NOT NULL DEFAULT '1wd';
ALTER TABLE requests_category ADD COLUMN start_limit TEXT NOT NULL DEFAULT '1wd';
ALTER TABLE requests_category ADD COLUMN skill TEXT;

ALTER TABLE requests_pool ADD COLUMN skill TEXT;
ALTER TABLE requests_pool ADD COLUMN kind TEXT;

ALTER TABLE requests_request ADD COLUMN outside BIGINT NOT NULL DEFAULT 0;
ALTER TABLE requests_request ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE requests_request ADD COLUMN held TEXT;
ALTER TABLE requests_request ADD COLUMN pause_reason TEXT;
ALTER TABLE requests_request ADD COLUMN reopened BIGINT NOT NULL DEFAULT 0;
ALTER TABLE requests_request ADD COLUMN excluded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE requests_request ADD COLUMN card TEXT;
ALTER TABLE requests_request ADD COLUMN merged_into UUID;
ALTER TABLE requests_request ADD COLUMN split_from UUID;
CREATE INDEX requests_near ON requests_request(tenant_id, category, lat)
  WHERE lat IS NOT NULL AND status IN ('received', 'accepted', 'open', 'working', 'reopened');
CREATE INDEX requests_held ON requests_request(tenant_id, id) WHERE held IS NOT NULL;
CREATE INDEX requests_merged ON requests_request(tenant_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX requests_split ON requests_request(tenant_id, split_from) WHERE split_from IS NOT NULL;

ALTER TABLE requests_report ADD COLUMN email TEXT;
-- The report whose name, phone and e-mail hold for this one too: personal text stands in one place.
ALTER TABLE requests_report ADD COLUMN contact_of UUID;
-- The matter it was made of, where that one was merged into another.
ALTER TABLE requests_report ADD COLUMN came_from UUID;

-- Whose answer it is: other reporters of the matter do not read it.
ALTER TABLE requests_message ADD COLUMN report_id UUID;

ALTER TABLE requests_order ADD COLUMN within TEXT COLLATE "C";
ALTER TABLE requests_order ADD COLUMN skill TEXT;
ALTER TABLE requests_order ADD COLUMN kind TEXT;
ALTER TABLE requests_order ADD COLUMN grab_due_at BIGINT;
ALTER TABLE requests_order ADD COLUMN lease_due_at BIGINT;
ALTER TABLE requests_order ADD COLUMN why TEXT;

CREATE TABLE requests_cooldown(
  tenant_id BIGINT NOT NULL, request_id UUID NOT NULL, person_id UUID NOT NULL, ends_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, request_id, person_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id));

CREATE TABLE requests_pause(
  tenant_id BIGINT NOT NULL, request_id UUID NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT, reason TEXT NOT NULL,
  PRIMARY KEY (tenant_id, request_id, from_at),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id));

CREATE TABLE requests_material(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, order_id UUID NOT NULL, request_id UUID NOT NULL, name TEXT NOT NULL,
  amount TEXT NOT NULL, cost_fen BIGINT, person_id UUID, at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES requests_order(tenant_id, id));
CREATE INDEX requests_materials_of ON requests_material(tenant_id, request_id, id);

-- 吹哨: another unit or office is asked for its part, with a clock of its own.
CREATE TABLE requests_delegation(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, request_id UUID NOT NULL, unit_path TEXT COLLATE "C" NOT NULL, words TEXT NOT NULL,
  asked_by UUID, asked_at BIGINT NOT NULL, time_limit TEXT NOT NULL, yellow_at BIGINT NOT NULL, due_at BIGINT NOT NULL,
  answered_by UUID, answered_at BIGINT, answer TEXT, recalled BIGINT NOT NULL, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id));
CREATE INDEX requests_delegations_of ON requests_delegation(tenant_id, request_id, id);
CREATE INDEX requests_delegations_to ON requests_delegation(tenant_id, unit_path, id) WHERE answered_at IS NULL;

CREATE TABLE requests_exclusion(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, request_id UUID NOT NULL, reason TEXT NOT NULL, words TEXT,
  asked_by UUID, asked_at BIGINT NOT NULL, decided_by UUID, decided_at BIGINT, approved BIGINT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id));
CREATE INDEX requests_exclusions_of ON requests_exclusion(tenant_id, request_id, id);

CREATE TABLE requests_phrase(
  tenant_id BIGINT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL,
  text TEXT NOT NULL, text_en TEXT NOT NULL, position BIGINT NOT NULL, active BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, kind, code));
