#include "services/text/surnames.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace hotline::text {
namespace {

// The single surnames of the 百家姓 that are in use, and the frequent ones that it lacks; with the
// traditional forms of frequent ones.
constexpr std::u32string_view kSingle =
    U"赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范"
    U"彭郎"
    U"鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟"
    U"平黄"
    U"和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童"
    U"颜郭"
    U"梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉"
    U"钮龚"
    U"程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲"
    U"伊宫"
    U"宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍"
    U"双闻"
    U"莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼"
    U"容向"
    U"古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶"
    U"空曾"
    U"毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公晋楚闫法汝鄢涂钦归海岳帅缑亢况有琴商牟佘佴伯赏"
    U"墨哈"
    U"谯笪年爱阳佟言福肖付代仝苑覃辜岩隋尧蒿兰刑卿展线户冶粟肇佀阿丛乃揭占原门普官邸初苟趙錢孫鄭馮"
    U"陳衛"
    U"蔣韓楊許呂張嚴華謝鄒竇蘇範魯韋馬鳳鮑費賀湯羅畢樂時齊顧黃蕭貝計龐紀項閔賈婁顏鍾駱萬盧繆應鄧單"
    U"陸榮"
    U"龔車寧劉葉龍賴喬聞黨貢勞邊溫莊閻習廣東歐師鞏聶簡饒關遊權蓋";

constexpr auto kCompound = std::to_array<std::u32string_view>(
    {U"欧阳", U"太史", U"端木", U"上官", U"司马", U"东方", U"独孤", U"南宫", U"万俟",
     U"闻人", U"夏侯", U"诸葛", U"尉迟", U"公羊", U"赫连", U"澹台", U"皇甫", U"宗政",
     U"濮阳", U"公冶", U"太叔", U"申屠", U"公孙", U"慕容", U"仲孙", U"钟离", U"长孙",
     U"宇文", U"司徒", U"鲜于", U"司空", U"闾丘", U"子车", U"亓官", U"司寇", U"巫马",
     U"公西", U"颛孙", U"壤驷", U"公良", U"漆雕", U"乐正", U"宰父", U"谷梁", U"拓跋",
     U"夹谷", U"轩辕", U"令狐", U"段干", U"百里", U"呼延", U"东郭", U"南门", U"羊舌",
     U"微生", U"梁丘", U"左丘", U"东门", U"西门", U"第五", U"歐陽", U"諸葛", U"司馬"});

constexpr std::u32string_view kWords =
    U"于时和何都有方应经从后相能别那向全万连常单成安平干便解计付任代易曾强支项明花白包满终空查冷党"
    U"车房"
    U"家国公官法户商劳农年高江海水金路桥区通师管关东广利文古言原门普初线展占乃爱福须养权归步居边双"
    U"充宿"
    U"印束司景武石松井富山谷牧秋班仰储封曲惠荣左诸洪宣丁宗夏盛童麻席纪谈米毛元余康齐乐皮云章华红游"
    U"益楚"
    U"越容温燕";

struct Table {
  std::array<bool, 0x10000> single{};
  std::array<bool, 0x10000> word{};
};

const Table& Surnames() {
  static const Table& table = *[] {
    auto made = std::make_unique<Table>();
    for (const char32_t c : kSingle) made->single[c] = true;
    for (const char32_t c : kWords) made->word[c] = made->single[c];
    return made.release();
  }();
  return table;
}

bool IsSingle(char32_t c) { return c < 0x10000 && Surnames().single[c]; }

}  // namespace

size_t SurnameAt(std::u32string_view text) {
  if (text.empty()) return 0;
  const std::u32string_view two = text.substr(0, 2);
  if (std::find(kCompound.begin(), kCompound.end(), two) != kCompound.end()) return 2;
  return IsSingle(text[0]) ? 1 : 0;
}

bool IsCommonWordSurname(char32_t c) { return c < 0x10000 && Surnames().word[c]; }

}  // namespace hotline::text
