# The receipt: proof that a report and a rating stand in the journal as they were written.

receipt-title = Receipt { $number }
receipt-lead = What you wrote stands in the journal as it is. This receipt proves it.
receipt-entry = Entry { $seq }
receipt-requests-report = Report,
receipt-requests-join = Joined the matter,
receipt-requests-message = Answer,
receipt-ratings-rate = Rating,
receipt-journal = Journal
receipt-rows = Entries sealed
receipt-root = Number on the seal
receipt-code = The main points of the receipt as a QR code
receipt-download = Download the whole receipt
receipt-check = Check a receipt
receipt-keep = The whole receipt has your own words in it; keep it safe. If what is held here is erased one day at your wish, the receipt still proves, and we no longer can.
receipt-none = Nothing left to prove
receipt-none-words = What you wrote was erased, at your wish or because its time was over. A receipt you downloaded before is still good.
receipt-back = Back to the progress
receipt-about = What is the journal?
receipt-take = Take a receipt: proof that your words stand in the journal
