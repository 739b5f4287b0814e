# The words of this room. Keys begin with skeleton-; zh-CN.ftl has exactly the same keys.
skeleton-title = Items
skeleton-empty = Nothing here yet
skeleton-empty-words = Add the first one below.
skeleton-field-title = Title
skeleton-field-unit = Area
skeleton-choose = Please choose
skeleton-add = Add
skeleton-error-unit = There is no such area. Please choose one of those listed
