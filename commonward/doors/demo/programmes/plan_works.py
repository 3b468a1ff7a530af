"""The works of the demonstration's plan: eleven groups of what a district mends, builds and answers.

A work: Chinese, English, unit in both, how many are wanted in one part of the district.
"""

from collections.abc import Sequence

Work = tuple[str, str, str, str, int]

GROUPS: Sequence[tuple[str, str, Sequence[Work]]] = (
    ("安居更新", "Homes renewed", (
        ("老旧小区改造", "Old estates renewed", "个", "estates", 12),
        ("加装电梯", "Lifts added to old houses", "部", "lifts", 20),
        ("屋面防水修缮", "Roofs made tight", "栋", "houses", 36),
        ("楼道照明更换", "Staircase lights replaced", "个单元", "staircases", 120),
        ("飞线充电整治改桩", "Charging posts in place of loose wires", "个", "posts", 90))),
    ("道路与步行", "Roads and walking", (
        ("破损路面修复", "Broken road surfaces mended", "平方米", "m²", 4800),
        ("人行道平整", "Pavements levelled", "米", "m", 3600),
        ("盲道贯通", "Tactile paths joined up", "米", "m", 2400),
        ("斑马线重划", "Crossings repainted", "处", "places", 60),
        ("公交站雨棚", "Bus stops roofed", "个", "stops", 16))),
    ("排水防涝", "Drains before the rain", (
        ("雨水管清淤", "Rain drains cleared", "公里", "km", 42),
        ("易涝点治理", "Places that flood put right", "处", "places", 7),
        ("井盖更换", "Covers replaced", "个", "covers", 260),
        ("排水泵站检修", "Pumping stations overhauled", "座", "stations", 5),
        ("沿河护栏修补", "River railings mended", "米", "m", 900))),
    ("照明与市容", "Lamps and streets", (
        ("路灯修复", "Street lamps mended", "盏", "lamps", 400),
        ("背街小巷亮灯", "Dark lanes lit", "条", "lanes", 24),
        ("公厕升级", "Public toilets renewed", "座", "toilets", 9),
        ("垃圾分类亭改造", "Sorting stations renewed", "座", "stations", 40),
        ("架空线入地", "Overhead lines put underground", "公里", "km", 11))),
    ("教育设施", "Schools", (
        ("新增公办学位", "School places added", "个", "places", 600),
        ("教室护眼灯", "Classrooms with better light", "间", "rooms", 180),
        ("校门口安全岛", "Refuges before school gates", "处", "places", 14),
        ("操场翻新", "Playgrounds renewed", "片", "grounds", 6),
        ("托位建设", "Nursery places built", "个", "places", 150))),
    ("医疗养老", "Health and age", (
        ("社区卫生站改造", "Health posts renewed", "个", "posts", 8),
        ("适老化改造", "Homes made safe for age", "处", "homes", 220),
        ("助餐点", "Lunch rooms opened", "个", "rooms", 12),
        ("自动除颤器布设", "Defibrillators placed", "台", "units", 45),
        ("家庭病床建床服务", "Care beds set up at home", "张", "beds", 70))),
    ("消防与安全", "Fire and safety", (
        ("消防通道清障", "Fire lanes cleared", "处", "lanes", 80),
        ("微型消防站", "Small fire stations equipped", "个", "stations", 15),
        ("燃气管更新", "Gas pipes renewed", "公里", "km", 26),
        ("电梯检测", "Lifts inspected", "部", "lifts", 340),
        ("烟感安装", "Smoke alarms fitted", "个", "alarms", 1500))),
    ("矛盾化解", "Disputes settled", (
        ("调解室建设", "Mediation rooms opened", "间", "rooms", 8),
        ("调解协议按期履行", "Agreements kept in time", "件", "agreements", 140),
        ("法律咨询日", "Days of legal advice", "场", "days", 48),
        ("物业纠纷联席会", "Round tables on housing management", "场", "meetings", 36),
        ("楼栋公约", "House rules agreed on", "份", "agreements", 60))),
    ("绿化与水", "Green and water", (
        ("口袋公园", "Pocket parks", "个", "parks", 5),
        ("行道树补植", "Street trees planted", "株", "trees", 700),
        ("黑臭水体治理", "Foul waters cleaned", "段", "stretches", 4),
        ("裸土覆绿", "Bare soil planted", "平方米", "m²", 5200),
        ("雨水花园", "Rain gardens", "个", "gardens", 10))),
    ("高效办理", "Quick answers", (
        ("一窗通办事项", "Matters at one counter", "项", "matters", 60),
        ("材料免提交", "Papers no longer asked for", "项", "papers", 85),
        ("上门办理", "Visits instead of queues", "次", "visits", 320),
        ("双语指引", "Signs in two languages", "处", "signs", 110),
        ("回访核实", "Answers followed up by a call", "件", "calls", 900))),
    ("数字与网格", "Grid and data", (
        ("部件普查更新", "Street furniture surveyed anew", "个网格", "grids", 120),
        ("地图差错更正", "Errors of the map corrected", "处", "places", 200),
        ("开放数据集", "Open data sets", "个", "sets", 18),
        ("网格驿站", "Grid posts opened", "个", "posts", 22),
        ("设施二维码", "Facilities with a code", "个", "facilities", 3000))),
)  # fmt: skip
PARTS: Sequence[tuple[str, str]] = (
    ("东片", "east"), ("西片", "west"), ("南片", "south"), ("北片", "north"),
)  # fmt: skip
