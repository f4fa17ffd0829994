"""Personal data and secrets: found beside Chinese as beside English, told, masked, exchanged or dropped.

| kind | what | certain by |
|---|---|---|
| cn_mobile | 138-1234-5678, +86 138..., full-width digits | prefix and length |
| cn_landline | (0571)8765 4321, 010-62345678转801 | area code and length |
| cn_id | resident ID card, 18 characters | GB 11643 checksum, date |
| cn_passport | E12345678 beside 护照 or passport | context |
| uscc | 统一社会信用代码 | GB 32100 checksum |
| plate | 浙A·12345, new-energy plates | shape |
| bank_card | 13 to 19 digits of an issuer | Luhn |
| iban | of the countries in SWIFT's registry | mod 97 |
| us_ssn | 3-2-4 digits | shape |
| us_phone | of the North American plan | shape |
| wechat, qq | an id behind 微信, vx, QQ, 群 | context |
| email, ip | IPs that are public; no versions | shape |
| address | a road and a number; only flagged | rules |
| api_key | documented prefixes, JWT, `api_key = ...` of high entropy | shape, entropy |
| private_key | a PEM block | shape |

The last two are secrets: they are masked at least, whatever the recipe says.
"""

from dataprep.pii.actions import KINDS, SECRETS, actions, check
from dataprep.pii.find import find
from dataprep.pii.screen import STAGE, redact, screen
from dataprep.pii.tally import tally

__all__ = ["KINDS", "SECRETS", "STAGE", "actions", "check", "find", "redact", "screen", "tally"]
