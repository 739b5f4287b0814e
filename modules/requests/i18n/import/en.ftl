# A history of matters from a file, in the browser.
requests-import-title = Matters from a file
requests-import-lead = Bring in the history of another system: see what each row would become, then all of it comes in at once. Where one row is wrong, nothing does.
requests-import-step-1 = Export the matters there as a table, a workbook, JSON or XML.
requests-import-step-2 = Choose the file here. Which column is what, we find out; or you say which way it is to be read.
requests-import-step-3 = Look at it row by row. Names and telephones of reporters stay out.
requests-import-hint = .csv, .xlsx, .xls, .json or .xml, at most { $megabytes } MB; larger ones go in by the command line
requests-import-skip-known = Matters that are in already stay as they are, even where the file says something else of them
requests-import-id = Number there
requests-import-read-with = Read as: { $mapping }
requests-import-used = Columns: { $columns }
requests-import-left-out = Not read: { $names }
requests-import-made = Kinds that are made, for nobody to report until they are put in use: { $names }
requests-import-units-unknown = No unit of ours (the point decides): { $names }
requests-import-repeated = { $count } rows repeat an earlier one and are taken once
requests-import-outside = { $count } lie farther from every grid than we look after
requests-import-changed = { $count } are in already and stay as they are
requests-import-unreadable = The file cannot be read as it is. What the reader says: { $why }
requests-import-too-much = There is too much in it. Please bring it in by parts.
requests-import-moved = What the file would do has changed since you looked. Nothing was brought in; please look once more.
requests-import-swept = Another import cleaned this one up. Nothing of it is in; please bring it in again.
requests-import-told = { $count ->
    [one] One matter came in
   *[other] { $count } matters came in
}
requests-import-too-long = is longer than { $most } characters
requests-import-no-time = “{ $text }” is no time of the form { $forms }
requests-import-no-number = “{ $text }” is no number
requests-import-no-whole = “{ $text }” is no whole number
requests-import-days = { $text } days are out of range
requests-import-before = lies before the report ({ $created })
requests-import-between = { $text } is not between -{ $bound } and { $bound }
requests-import-no-words = says nothing
requests-import-is-empty = is empty
requests-import-long-ago = { $created } is too long ago
requests-import-future = lies in the future ({ $created })
requests-import-known = { $id } is in already, and the file says something else of it. Tick that such matters stay as they are, or mend it.
requests-import-twice = { $id } stands in row { $line } already, and says something else there
requests-import-broken = cannot be read: { $why }
requests-mapping-seeclickfix = SeeClickFix, as the city of New Haven gives it out
requests-mapping-open311 = Open311 (GeoReport v2)
requests-mapping-fuzhou = The open data of Fuzhou
requests-mapping-tipdm = The messages of the TipDM contest
requests-mapping-tipdm-replies = The same, with replies
requests-mapping-hotline12345 = A 12345 hotline’s work orders
chore-requests-import = Matters from a file
