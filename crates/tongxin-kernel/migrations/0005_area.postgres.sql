-- The ground of a unit, as the coordinates of a GeoJSON MultiPolygon (WGS 84, longitude first), and the compound (小区) a
-- building belongs to: a compound may span grids, so a building stands in its grid and names its compound.

ALTER TABLE unit ADD COLUMN area TEXT;
ALTER TABLE unit ADD COLUMN compound TEXT;
