"""Units of both languages and both scripts: their dimension and how much of its ground unit they are."""

import re

_MONEY = {
    "cny": "元 圆 圓 块钱 塊錢 块 塊 rmb cny yuan 人民币 人民幣",
    "usd": "美元 美金 dollars dollar usd bucks",
    "eur": "欧元 歐元 euros euro eur",
    "gbp": "英镑 英鎊 gbp quid",
    "jpy": "日元 日圆 日圓 yen jpy",
    "hkd": "港元 港币 港幣 hkd",
}
# Speeds are as good as their lengths: "60 miles per hour" says the hour in words of its own.
_MEASURES: dict[tuple[str, float], str] = {
    ("g", 1e-3): "毫克 mg milligram milligrams",
    ("g", 1): "克 g gram grams gramme grammes",
    ("g", 500): "斤 市斤",
    ("g", 1e3): "公斤 千克 kg kgs kilo kilos kilogram kilograms",
    ("g", 1e6): "吨 噸 公吨 公噸 tonne tonnes ton tons",
    ("pound", 1): "磅 lb lbs pound pounds",
    ("ounce", 1): "盎司 oz ounce ounces",
    ("m", 1e-3): "毫米 mm millimetre millimetres millimeter millimeters",
    ("m", 1e-2): "厘米 公分 cm centimetre centimetres centimeter centimeters",
    ("m", 1): "米 公尺 m metre metres meter meters",
    ("m", 1e3): "公里 千米 km kms kilometre kilometres kilometer kilometers km/h kph",
    ("m", 1609.344): "英里 mi mile miles mph",
    ("m", 0.0254): "英寸 英吋 inch inches",
    ("m", 0.3048): "英尺 foot feet ft",
    ("m2", 1): "平方米 平米 平方公尺 m2 sqm",
    ("m2", 1e-4): "平方厘米 cm2",
    ("ml", 1): "毫升 ml millilitre millilitres milliliter milliliters cc",
    ("ml", 10): "cl 厘升",
    ("ml", 100): "dl 分升",
    ("ml", 1e3): "升 公升 l litre litres liter liters",
    ("s", 1): "秒 秒钟 秒鐘 s sec secs seconds",
    ("s", 60): "分钟 分鐘 min mins minute minutes",
    ("s", 3600): "小时 小時 个小时 個小時 钟头 鐘頭 个钟头 個鐘頭 个钟 個鐘 h hr hrs hour hours",
    ("s", 86400): "天 日 day days 个工作日 個工作日",
    ("s", 604800): "周 週 星期 礼拜 禮拜 个星期 個星期 个礼拜 個禮拜 week weeks",
    ("s", 1209600): "fortnight fortnights",
    ("month", 1): "个月 個月 month months",
    ("month", 120): "decade decades",
    ("month", 1200): "century centuries 世纪 世紀",
    ("month", 12): "年 岁 歲 周岁 週歲 year years yr yrs",
    ("celsius", 1): "摄氏度 攝氏度 度 °c degrees degree celsius",
    ("fahrenheit", 1): "华氏度 華氏度 °f",
    ("byte", 1): "kb",
    ("byte", 1e3): "mb 兆",
    ("byte", 1e6): "gb",
    ("byte", 1e9): "tb",
    ("watt", 1): "瓦 w watt watts",
    ("watt", 1e3): "千瓦 kw kilowatt kilowatts",
}
UNITS: dict[str, tuple[str, float]] = {
    **{name: measure for measure, names in _MEASURES.items() for name in names.split()},
    **{name: (f"money {code}", 1.0) for code, names in _MONEY.items() for name in names.split()},
}
CURRENCY_SIGNS = {"$": "money usd", "€": "money eur", "£": "money gbp", "¥": "money cny", "US$": "money usd"}

_LONGEST = max(len(name) for name in UNITS if not name.isascii())
_HEADS = frozenset(name[0] for name in UNITS if not name.isascii())
_LATIN = re.compile(r"[ -]?([A-Za-z][A-Za-z0-9/]{0,12}|°[CFcf])(?![A-Za-z])")


def unit_at(text: str, start: int) -> tuple[str, int] | None:
    """The unit that begins here, perhaps after a blank or 多.

    Returns:
        Its name and where it ends.
    """
    latin = _LATIN.match(text, start)
    if latin:
        name = latin[1].lower()
        return (name, latin.end()) if name in UNITS else None
    start += text[start : start + 1] == "多"
    if text[start : start + 1] not in _HEADS:
        return None
    for length in range(_LONGEST, 0, -1):
        name = text[start : start + length]
        if len(name) == length and name in UNITS:
            return name, start + length
    return None
