-- What is under way, by when it must be done: the desk's list of what is due first.

CREATE INDEX requests_due ON requests_request(tenant_id, due_at, id)
  WHERE status IN ('received', 'accepted', 'open', 'working', 'reopened');
