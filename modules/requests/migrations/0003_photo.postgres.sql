-- The photos of a matter: what a reporter sent, and how it looked before and after the work. The pictures are the kernel's files.

CREATE TABLE requests_photo(
  tenant_id BIGINT NOT NULL, id UUID NOT NULL, request_id UUID NOT NULL, report_id UUID, order_id UUID, kind TEXT NOT NULL,
  file_id UUID NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, file_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES requests_request(tenant_id, id));
CREATE INDEX requests_photos_of ON requests_photo(tenant_id, request_id, id);
