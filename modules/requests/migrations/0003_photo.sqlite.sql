-- The photos of a matter: what a reporter sent, and how it looked before and after the work. The pictures are the kernel's files.

CREATE TABLE requests_photo(
  tenant_id INTEGER NOT NULL, id BLOB NOT NULL, request_id BLOB NOT NULL, report_id BLOB, order_id BLOB, kind TEXT NOT NULL,
  file_id BLOB NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, file_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX requests_photos_of ON requests_photo(tenant_id, request_id, id);
