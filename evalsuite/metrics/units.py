"""Units under all their names, in English and Chinese; nothing is converted: 1 kg is not 1000 g here."""

import re

_ALIASES = {
    "%": "%|percent|per cent|percentage points|个百分点|個百分點",
    "kg": "kg|kgs|KG|kilo|kilos|kilogram|kilograms|公斤|千克",
    "g": "g|gram|grams|克",
    "mg": "mg|milligram|milligrams|毫克",
    "t": "t|ton|tons|tonne|tonnes|吨|噸|公吨",
    "jin": "jin|斤|市斤",
    "lb": "lb|lbs|磅",
    "km": "km|kilometre|kilometres|kilometer|kilometers|公里|千米",
    "m": "m|metre|metres|meter|meters|米|公尺",
    "cm": "cm|centimetres|centimeters|厘米|公分|釐米",
    "mm": "mm|millimetres|millimeters|毫米",
    "mile": "mile|miles|英里",
    "foot": "ft|foot|feet|英尺",
    "inch": "inch|inches|英寸|吋",
    "m2": "m²|m2|㎡|square metres|square meters|平方米|平米|平方公尺",
    "km2": "km²|km2|square kilometres|square kilometers|平方公里|平方千米",
    "m3": "m³|m3|cubic metres|cubic meters|立方米|立方公尺",
    "mu": "mu|亩|畝",
    "ha": "ha|hectare|hectares|公顷|公頃",
    "L": "L|l|litre|litres|liter|liters|升|公升",
    "mL": "ml|mL|millilitres|milliliters|毫升",
    "W": "W|watt|watts|瓦",
    "kW": "kW|kw|KW|kilowatt|kilowatts|千瓦",
    "kWh": "kWh|kwh|千瓦时|千瓦時|度电|度電",
    "V": "V|volt|volts|伏",
    "Hz": "Hz|赫兹|赫茲",
    "mmHg": "mmHg|毫米汞柱",
    "mmol": "mmol|毫摩尔",
    "degree": "°C|℃|degrees celsius|degrees C|degree|degrees|摄氏度|攝氏度|度",
    "°F": "°F|℉|degrees fahrenheit|华氏度|華氏度",
    "year": "year|years|yr|yrs|年",
    "month": "month|months|个月|個月",
    "week": "week|weeks|周|週|星期|个星期|個星期|礼拜|禮拜|个礼拜",
    "day": "day|days|working day|working days|business day|business days|天|日|工作日|个工作日|個工作日",
    "hour": "h|hr|hrs|hour|hours|小时|小時|个小时|個小時|钟头|个钟头",
    "min": "min|mins|minute|minutes|分钟|分鐘",
    "s": "s|sec|secs|second|seconds|秒|秒钟|秒鐘",
    "ms": "ms|millisecond|milliseconds|毫秒",
    "times": "times|time|次|回|遍",
    "age": "岁|周岁|歲|years old",
    "KB": "KB|kB",
    "MB": "MB|mb",
    "GB": "GB|gb|G",
    "TB": "TB",
    "元": "元|块|塊|块钱|圆|圓",
    "CNY": "CNY|RMB|yuan|人民币|¥|￥",
    "TWD": "TWD|NTD|NT$|新台币|新台幣",
    "HKD": "HKD|HK$|港元|港币|港幣",
    "$": "$|dollar|dollars",
    "USD": "USD|US$|US dollars|美元|美金",
    "EUR": "EUR|€|euro|euros|欧元|歐元",
    "GBP": "GBP|£|英镑|英鎊",
    "JPY": "JPY|yen|日元|日圆|日圓",
    "kroner": "kroner|kronor|NOK|SEK|DKK",
    "折": "折",
    "成": "成",
}
_COUNTED = (
    "个個件台臺名位人份片瓶盒包箱袋条條张張间間家层層楼樓号號讲講篇本册冊期届屆级級款项項种種座辆輛艘部段页頁字分点點倍"
    "饼餅泡户戶所套颗顆只隻根步晚夜章节節課课代轮輪场場站批支把枚粒杯碗口匹头頭双雙对對组組队隊类類"
)

UNITS = {alias: unit for unit, aliases in _ALIASES.items() for alias in aliases.split("|")}
UNITS |= dict.fromkeys([*_COUNTED, "车道", "車道"], "#")
MONEY = ("NT$", "US$", "HK$", "RMB", "CNY", "USD", "EUR", "GBP", "TWD", "NTD", "HKD", "JPY", "$", "€", "£", "¥", "￥")

_BY_LENGTH = sorted(UNITS, key=len, reverse=True)
_PATTERN = "|".join(
    re.escape(name) + (r"(?![A-Za-z])" if name[-1].isalpha() and name.isascii() else "") for name in _BY_LENGTH
)
UNIT = re.compile(rf"[余餘多来]?[\s-]?(?P<unit>{_PATTERN})")

# 元 and $ are said of several currencies; a text that names which one still supports them.
_SAME = [{"元", "CNY"}, {"元", "TWD"}, {"元", "HKD"}, {"元", "JPY"}, {"$", "USD"}, {"$", "TWD"}, {"$", "HKD"}]


def agree(one: str, other: str) -> bool:
    """True where two units may mean the same: equal, one of them not named, or 元 beside NT$."""
    return one == other or not one or not other or {one, other} in _SAME
