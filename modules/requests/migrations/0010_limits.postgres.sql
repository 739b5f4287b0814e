-- What is under way, in the order of reporting: the desk's list of one limit. And by unit with all that tells its limit: the board's counts.

CREATE INDEX requests_under_way ON requests_request(tenant_id, id)
  WHERE status IN ('received', 'accepted', 'open', 'working', 'reopened');
CREATE INDEX requests_limits ON requests_request(tenant_id, unit_path, due_at, yellow_at, paused_at, held, batch_id, status)
  WHERE status IN ('received', 'accepted', 'open', 'working', 'reopened');
