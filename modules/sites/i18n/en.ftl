# The words of service sites. Keys begin with sites-; zh-CN.ftl has exactly the same keys.

sites-nav = Service sites
sites-nav-desk = Keep sites
sites-card = Find a service site
sites-card-words = Which one is near, when it is open, what it offers
measure-sites-open = Service sites in use

### Four levels, five services
sites-level-institute = Subdistrict institute
sites-level-station = Community station
sites-level-point = Grid point
sites-level-corner = Building corner
sites-service-education = Talks and courses
sites-service-education-words = Talks, exhibitions, classes
sites-service-service = Everyday help
sites-service-service-words = Paperwork, water, a seat, a socket
sites-service-deliberation = Talking things over
sites-service-deliberation-words = Neighbours settle what concerns them all
sites-service-errands = Errands
sites-service-errands-words = We go for you when you cannot
sites-service-friendship = Meeting people
sites-service-friendship-words = Get to know neighbours, join in

### The street
sites-on-map = See them on the map
sites-title = Service sites
sites-lead = Places where somebody has time for you.
sites-words = Name, address or code
sites-all-units = All
sites-all-levels = All
sites-all-states = All
sites-position-failed = Could not find your position. Please search by name or address
sites-empty = No site found
sites-empty-words = Try another word, or fewer conditions.
sites-empty-action = See all sites
sites-have-code = Is there a sign with six characters at the door?
sites-type-code = Enter its code
sites-report-here = Report something here
sites-report-here-words = The place is filled in for you. Just say what is the matter
sites-map = Open in a map
sites-no-hours = No fixed hours. Please call before you come
sites-near = Sites nearby
sites-all = See all sites
sites-closed-title = This site is no longer in use
sites-closed-words = The sites below are near and open as usual. You can still report something that is wrong around here.
sites-far = How far
sites-now = Open now
sites-metres = { $metres } m
sites-kilometres = { $kilometres } km
sites-code-title = Enter the code of a site
sites-code-unknown = There is no such code
sites-code-unknown-words = We did not find “{ $code }”. One character may be wrong: please compare it with the sign and try again.
sites-code-hint = Six letters or digits on the sign; small letters will do
sites-report-anyway = Report without a code

### Hours
sites-now-open = Open now, until { $time }
sites-now-today = Closed, opens at { $time } today
sites-now-closed = Closed, opens { $day } { $time }
sites-now-unknown = Please call before you come
sites-now-holiday = Public holiday or make-up workday: please call before you come
sites-and = ,{" "}
sites-days = { $from } to { $to }
sites-day-1 = Monday
sites-day-2 = Tuesday
sites-day-3 = Wednesday
sites-day-4 = Thursday
sites-day-5 = Friday
sites-day-6 = Saturday
sites-day-7 = Sunday

### The desk
sites-desk-title = Keep sites
sites-desk-lead = The sites in the area you look after.
sites-desk-empty-words = Try other conditions, or add one.
sites-new-title = Add a site
sites-edit-title = Change: { $name }
sites-choose = Please choose
sites-state-open = In use
sites-state-closed = Closed
sites-changed-at = Last changed
sites-field-code = Code
sites-field-name = Name
sites-field-name-en = Name in English
sites-field-level = Level
sites-field-unit = Area
sites-field-address = Address
sites-field-phone = Office phone
sites-field-hours = Opening hours
sites-field-services = Services offered
sites-field-state = State
sites-field-lat = Latitude
sites-field-lon = Longitude
sites-point = Position
sites-hint-name = As it is written on the sign, in Chinese
sites-hint-level = An institute stands in a subdistrict, a station in a community, a point in a grid or compound, a corner in a building
sites-hint-address = So that a stranger finds it: building, floor, which door
sites-hint-phone = With the area code. Leave it empty where there is none, and the page shows the subdistrict's number; please no private mobile numbers
sites-hint-hours = For example 1-5 09:00-12:00,13:00-17:00; 6 09:00-12:00 (1 is Monday, 7 is Sunday)
sites-hint-services = Choose at least one
sites-hint-point = For example 39.6012 and 109.7803. Only with a position can people find it by distance
sites-back = Back to the list
sites-public-page = See the page residents see
sites-close = Close it
sites-close-ask = Lists will no longer show it. Who scans its sign is told, and shown the sites nearby. You can reopen it later.
sites-close-yes = Yes, close it
sites-reopen = Reopen it
sites-history = Changes
sites-history-add = added this site
sites-history-change = changed it
sites-history-close = closed it
sites-history-reopen = reopened it
sites-done-added = Added. Its code is on this page; the sign can be made
sites-done-saved = Saved
sites-done-closed = Closed
sites-done-reopened = Reopened
sites-conflict-words = What you filled in is still here and not yet saved. Below is what they saved where it differs from yours. Press Save again to keep yours.

### When something is wrong
sites-error-unit = There is no such area. Please choose one of those listed
sites-error-level = A site of this level does not stand there: an institute stands in a subdistrict, a station in a community, a point in a grid or compound, a corner in a building
sites-error-mobile = That is a mobile number and belongs to a person. Please give an office number with its area code, or none
sites-error-phone = That does not look like a phone number. Please give a landline with its area code, such as 0477-8590001
sites-error-hours = We cannot read these hours. Please write them as 1-5 09:00-12:00,13:00-17:00; 6 09:00-12:00
sites-error-services = Please choose at least one service
sites-error-point = Give latitude and longitude together, or neither
sites-error-near = Write a position as latitude,longitude, for example 39.6012,109.7803
sites-error-cursor = This cursor was not given by the page before. Please start again from the first page
sites-error-changed = Somebody saved this site before you
sites-error-state = This site is in that state already. Please reload to see how it stands
sites-error-code = This is no code: six letters or digits, of which the last checks the others
sites-error-code-twice = This code is in the file twice
sites-error-encoding = The file is not UTF-8. Please save it as “CSV UTF-8” and try again
sites-error-table = The file is no CSV table we can read
sites-error-column = The header has a column we do not know: { $column }
sites-error-column-missing = A column is missing in the header: { $column }
sites-error-rows = At most { $max } rows in one file. Please split it
sites-error-import-changed = Somebody changed { $code } during the import. Nothing was written; please import again
programme-count-sites = sites: { $count }

### From a table
sites-import-title = From a table
sites-import-lead = See what each row would do, then write all of it at once. Where one row is wrong, nothing is written.
sites-import-step-1 = Download the sites as they are:
sites-import-table = table (CSV)
sites-import-step-2 = Change it in a spreadsheet: a changed row changes a site, a new row adds one; leave the code empty and it gets one.
sites-import-step-3 = Save it as “CSV UTF-8” and choose it here.
sites-import-file-hint = CSV in UTF-8, at most 1 MB; its first row names the columns: { $columns }
sites-import-own-code = given by us
sites-import-done = Written: { $added } new, { $changed } changed, { $unchanged } as they were

### Signs
sites-sign-a4 = Print the sign (A4)
sites-sign-a6 = Print the sign (A6)
sites-signs-a4 = All signs (A4)
sites-signs-a6 = All signs (A6)
sites-sign-scan = Scan it and tell us
sites-sign-step-1 = Scan the code with your phone: nothing to install, no account
sites-sign-step-2 = Say what is the matter; a photo helps
sites-sign-step-3 = Keep the number, see how far it is, and rate it when it is done
sites-sign-phone = Telephone
sites-sign-hours = Open
sites-error-signs = At most { $most } signs at once; please choose a unit first
