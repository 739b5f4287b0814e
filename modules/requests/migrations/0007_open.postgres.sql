-- The open orders of the whole subdistrict, newest first, without sorting all of them.

CREATE INDEX requests_orders_newest ON requests_order(tenant_id, id) WHERE state = 'open';
