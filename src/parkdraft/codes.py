"""The codes of all problems, which mypy checks; their Korean words stand in ``wording/``.

A test checks that every code has words and is used.
"""

from __future__ import annotations

from typing import Literal

# fmt: off
AttachCode = Literal[
    "attach.masked", "attach.too-many", "attach.too-big", "attach.missing", "attach.unreadable",
    "attach.empty", "attach.locked", "attach.macro", "attach.broken", "attach.kind", "attach.twice",
    "attach.post", "attach.channel", "attach.waiting", "attach.name-private", "attach.name-unfit",
    "attach.name-twice", "attach.ending",
]
BatchCode = Literal[
    "batch.no-answer", "batch.examples", "batch.again", "batch.kept", "batch.stopped",
]
CellCode = Literal[
    "cell.formula", "cell.error", "cell.digits-lost", "cell.hashes", "cell.broken-text",
    "cell.too-long",
]
ChoiceCode = Literal[
    "choice.unknown",
]
ContactsCode = Literal[
    "contacts.unreadable", "contacts.not-file", "contacts.too-large", "contacts.not-utf8",
    "contacts.nothing", "contacts.not-text", "contacts.empty", "contacts.character",
    "contacts.not-flag", "contacts.not-link", "contacts.unknown-link", "contacts.not-list",
    "contacts.not-mapping", "contacts.not-date", "contacts.not-days", "contacts.twice",
    "contacts.unknown-key", "contacts.missing-key", "contacts.unknown-value", "contacts.too-long",
    "contacts.no-login", "contacts.not-their-name", "contacts.address", "contacts.same-address",
    "contacts.same-agit", "contacts.unreachable-person", "contacts.handle", "contacts.title",
    "contacts.name-sign", "contacts.long-name", "contacts.glued-title", "contacts.surname-only",
    "contacts.group-is-person", "contacts.unknown-person", "contacts.unknown-site",
    "contacts.unknown-partner", "contacts.same-name", "contacts.no-address", "contacts.no-agit",
    "contacts.near-short", "contacts.site-of-other", "contacts.foreign-condition", "contacts.no-to",
    "contacts.not-email", "contacts.not-post", "contacts.mixed-to", "contacts.list-without-partner",
    "contacts.site-without-contacts", "contacts.recipient-twice", "contacts.partner-without-row",
    "contacts.contacts-unused", "contacts.person-unused", "contacts.two-routes",
    "contacts.unreachable-row", "contacts.follows-nothing", "contacts.not-legal-days",
    "contacts.not-day", "contacts.handover-lead", "contacts.handover-member",
    "contacts.handover-order",
]
CopyCode = Literal[
    "copy.failed", "copy.mail",
]
CountCode = Literal[
    "count.empty", "count.malformed", "count.negative", "count.too-large",
]
DatabaseCode = Literal[
    "database.network", "database.newer", "database.damaged", "database.lost",
    "database.away", "database.unknown", "database.no-postgres", "database.not-carried",
    "database.not-empty",
]
DateCode = Literal[
    "date.empty", "date.malformed", "date.impossible", "date.not-a-leap-year", "date.too-far",
    "date.weekday", "date.with-time",
]
DetailsCode = Literal[
    "details.case", "details.foreign", "details.missing", "details.operator-missing",
    "details.past", "details.future", "details.far", "details.customer-shown",
    "details.phone-in-memo", "details.charge-over-paid", "details.objection-accepted",
    "details.no-objection", "details.at-once", "details.no-approval", "details.no-time",
    "details.no-end", "details.no-integration", "details.other-reason", "details.resident-number",
    "details.card-number", "details.read-plate", "details.order", "details.same-plate",
]
DraftCode = Literal[
    "draft.differs",
]
EmlCode = Literal[
    "eml.not-ascii", "eml.line-ends", "eml.line-length", "eml.header-line", "eml.header-missing",
    "eml.header-unknown", "eml.header-twice", "eml.header-order", "eml.header-value", "eml.people",
    "eml.mailbox", "eml.encoded-word", "eml.control-character", "eml.body", "eml.parts",
    "eml.attachment-name", "eml.attachment",
]
FlagCode = Literal[
    "flag.unknown",
]
HomeCode = Literal[
    "home.none", "home.builtin", "home.exists",
]
ListCode = Literal[
    "list.missing", "list.address", "list.name-sign", "list.two-addresses", "list.two-names",
    "list.other-words", "list.nobody", "list.name-words", "list.people-count", "list.same-address",
    "list.partner", "list.month", "list.other-partner", "list.unknown-partner", "list.same-site",
    "list.site-there", "list.sites-gone", "list.sites-bad", "list.unsound", "list.mended-alone",
    "list.month-sheet", "list.partly", "list.other-person", "list.joined", "list.alike",
    "list.several-sites", "list.far-month", "list.new-domain", "list.crowd", "list.other-address",
    "list.directory-site",
]
MailCode = Literal[
    "mail.control-character", "mail.address", "mail.no-recipient", "mail.no-subject",
    "mail.body-character", "mail.attachment-character", "mail.attachment-name",
    "mail.attachment-twice", "mail.attachment-type", "mail.attachment-empty",
]
MailtoCode = Literal[
    "mailto.no-body", "mailto.none",
]
MemoCode = Literal[
    "memo.resident-number", "memo.card-number",
]
MomentCode = Literal[
    "moment.empty", "moment.day-missing",
]
MoneyCode = Literal[
    "money.empty", "money.malformed", "money.negative", "money.zero", "money.too-large",
    "money.decimal", "money.grouping", "money.currency",
]
OpenCode = Literal[
    "open.failed", "open.no-mail-program",
]
OutboxCode = Literal[
    "outbox.files-again", "outbox.unknown", "outbox.several", "outbox.no-id",
    "outbox.unknown-partner", "outbox.purged", "outbox.nothing", "outbox.later", "outbox.held",
    "outbox.scrub-later", "outbox.backup-there", "outbox.changed", "outbox.forbidden",
    "outbox.row-taken", "outbox.gone", "outbox.state-approve", "outbox.state-return",
    "outbox.state-sent", "outbox.state-undo", "outbox.not-yours", "outbox.no-leads",
    "outbox.not-a-lead", "outbox.four-eyes", "outbox.placeholder", "outbox.masked", "outbox.waited",
    "outbox.nothing-to-undo", "outbox.undo-late", "outbox.state-replace", "outbox.combined",
    "outbox.replaced", "outbox.state-remake", "outbox.filled", "outbox.no-route-today",
    "outbox.other-channel-today", "outbox.other-authority-today", "outbox.other-people-today",
    "outbox.waits-today", "outbox.file-missing", "outbox.file-edited", "outbox.file-odd",
    "outbox.file-elsewhere", "outbox.edited", "outbox.odd", "outbox.folder-odd", "outbox.foreign",
    "outbox.no-record", "outbox.record-broken", "outbox.not-approved", "outbox.approver",
    "outbox.undoer", "outbox.contact-is-there", "outbox.purge-lead",
]
PhoneCode = Literal[
    "phone.empty", "phone.masked", "phone.characters", "phone.two", "phone.digits", "phone.unknown",
    "phone.foreign",
]
PlaceCode = Literal[
    "place.partner-near", "place.partner-unknown", "place.operator-no-name",
    "place.operator-listed", "place.operator-other", "place.no-name", "place.partner-missing",
    "place.partner-missing-near", "place.several-partners", "place.other-partner",
    "place.near-site", "place.near-listed", "place.consonants", "place.plate", "place.integration",
    "place.integration-missing",
]
PlateCode = Literal[
    "plate.empty", "plate.too-long", "plate.two", "plate.markup", "plate.characters", "plate.extra",
    "plate.last-four-only", "plate.no-syllable", "plate.no-digits", "plate.half-syllable",
    "plate.latin-digit", "plate.english-layout", "plate.latin-letters", "plate.region",
    "plate.front-missing", "plate.front-digits", "plate.one-digit", "plate.region-three-digits",
    "plate.class-zero", "plate.construction-range", "plate.one-syllable", "plate.final-consonant",
    "plate.vowel", "plate.syllable", "plate.serial-digits", "plate.serial-zero",
    "plate.diplomatic-digits", "plate.temporary-digits", "plate.unusual",
    "plate.class-digit-misfit", "plate.temporary", "plate.confirmed",
]
ProblemsCode = Literal[
    "problems.more",
]
RouteCode = Literal[
    "route.none", "route.answer-without-row", "route.nobody", "route.not-in-list",
    "route.near-in-list", "route.no-fallback", "route.other-fallback", "route.reason-elsewhere",
    "route.not-together",
]
RowCode = Literal[
    "row.extra-cell", "row.merged", "row.not-one-line",
]
ServerCode = Literal[
    "server.page-only",
]
ServeCode = Literal[
    "serve.open", "serve.name", "serve.port", "serve.port-forbidden", "serve.host-away",
    "serve.cert-unreadable", "serve.cert-expired", "serve.cert-early", "serve.cert-nameless",
    "serve.key-unreadable", "serve.key-locked", "serve.pair", "serve.other-directory",
]
SettingsCode = Literal[
    "settings.unreadable", "settings.unknown", "settings.database", "settings.database-password",
    "settings.server",
    "settings.server-key", "settings.server-host", "settings.server-port", "settings.server-file",
    "settings.server-pair", "settings.server-inside", "settings.server-proxy",
    "settings.server-idle",
]
StorageCode = Literal[
    "storage.not-file", "storage.full", "storage.read-only", "storage.held-open",
    "storage.no-folder", "storage.not-folder", "storage.name-too-long", "storage.refused",
    "storage.busy",
]
TableCode = Literal[
    "table.file-missing", "table.file-folder", "table.file-special", "table.file-refused",
    "table.blank", "table.image", "table.pdf", "table.archive", "table.document", "table.locked",
    "table.password", "table.html", "table.old-excel", "table.other-sheet",
    "table.workbook-unreadable", "table.unpacks-too-big", "table.nul", "table.encoding",
    "table.encoding-broken", "table.quote-open", "table.cell-too-long", "table.too-wide",
    "table.too-big", "table.too-long", "table.too-many-cells", "table.unfriendly",
    "table.no-header", "table.column-missing", "table.no-rows", "table.columns-left",
    "table.column-near", "table.sheet-unread", "table.hidden-rows", "table.hidden-columns",
    "table.addresses-left", "table.second-header", "table.column-twice", "table.write-cell",
    "table.exists", "table.suffix", "table.write-text",
]
TeamCode = Literal[
    "team.wrong", "team.slow", "team.busy", "team.ended", "team.invitation", "team.unknown",
    "team.no-address", "team.prove", "team.phrase-short", "team.phrase-long", "team.phrase-common",
    "team.phrase-own", "team.phrase-repeated", "team.phrase-run", "team.phrase-date",
]
TemplateCode = Literal[
    "template.missing", "template.not-utf8", "template.not-file", "template.unreadable",
    "template.endless", "template.block", "template.folder", "template.outside",
    "template.empty-body", "template.syntax", "template.fails", "template.undefined",
    "template.subject-too-long", "template.subject-encoded-word", "template.subject-character",
    "template.too-long",
]
TextCode = Literal[
    "text.empty", "text.too-long", "text.line-break", "text.encoded-word", "text.control",
    "text.broken",
]
TimeCode = Literal[
    "time.malformed", "time.impossible", "time.twenty-four", "time.which-half", "time.halves",
]
TitleCode = Literal[
    "title.surname-only",
]
WebCode = Literal[
    "web.who", "web.other-who", "web.paper-gone", "web.port",
]
YamlCode = Literal[
    "yaml.syntax", "yaml.full-width", "yaml.colon-space", "yaml.bracket", "yaml.tab",
    "yaml.character", "yaml.documents", "yaml.alias", "yaml.depth", "yaml.key",
    "yaml.duplicate-key",
]
# fmt: on

Code = (
    AttachCode
    | BatchCode
    | CellCode
    | ChoiceCode
    | ContactsCode
    | CopyCode
    | CountCode
    | DatabaseCode
    | DateCode
    | DetailsCode
    | DraftCode
    | EmlCode
    | FlagCode
    | HomeCode
    | ListCode
    | MailCode
    | MailtoCode
    | MemoCode
    | MomentCode
    | MoneyCode
    | OpenCode
    | OutboxCode
    | PhoneCode
    | PlaceCode
    | PlateCode
    | ProblemsCode
    | RouteCode
    | RowCode
    | ServerCode
    | ServeCode
    | SettingsCode
    | StorageCode
    | TableCode
    | TeamCode
    | TemplateCode
    | TextCode
    | TimeCode
    | TitleCode
    | WebCode
    | YamlCode
)
