// Why this file exists: one page with every component, from the real templates and words, so that it can be looked at.
// Development only: dist/preview.html and its kin are never embedded. Sample words stand here, not in the templates.
import { readFile, writeFile } from "node:fs/promises";
import { crate, words } from "./locales.mjs";
import { macros, template } from "./askama.mjs";

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(await readFile(new URL("manifest.json", dist), "utf8"));
const read = (name) => readFile(new URL(`templates/${name}`, crate), "utf8");
const shell = template(await read("shell.html"), "shell.html", ["lang", "title", "error", "elder", "face", "css", "js", "mark", "icon", "nav", "who", "path", "csrf", "w", "body", "service_phone"]);
const oops = template(await read("error.html"), "error.html", ["code", "title", "words", "way", "href", "action", "reference", "service_phone", "w"]);
const ui = macros(await read("components.html"), "components.html");

const choice = (value, label, chosen = false, hint = "") => ({ value, label, chosen, hint });
const PHONE = "0477-8590012";

function street(w) {
  const s = (k) => w.t(`status-request-${k}`);
  return `
<div class="stack stack--wide">
<div class="stack">
  <h1>家门口的事，说一声就有人管</h1>
  <p class="lead">不用登录，拍张照、说个地方就行。我们会告诉您谁在办、办到哪一步。</p>
  <ul class="doors">
    <li><a class="door door--main" href="#"><span class="door__name">反映问题</span><span class="door__words">四步以内，约两分钟</span></a></li>
    <li><a class="door" href="#"><span class="door__name">查进度</span><span class="door__words">用编号或专属链接</span></a></li>
    <li><a class="door" href="#"><span class="door__name">找服务点</span><span class="door__words">离您最近的站、点、角</span></a></li>
  </ul>
</div>
<section class="stack"><h2>今年以来</h2>
  <div class="figures">
  ${ui.figure("#", "响应率", "96.4", "%", "按时联系 2,431 件 / 应评 2,522 件")}
  ${ui.figure("#", "解决率", "88.1", "%", "已解决 2,222 件 / 应评 2,522 件")}
  ${ui.figure("#", "满意率", "91.7", "%", "满意 2,313 件 / 应评 2,522 件")}
  </div></section>
<section class="stack"><h2>表单</h2>
  ${ui.error_summary(w.t("form-errors-title"), [{ field: "place", text: "地点：请填写这一项" }, { field: "phone", text: w.t("form-bad-phone") }])}
  <form class="form" method="post" action="#">
    ${ui.csrf_field("x")}<input type="hidden" name="lat"><input type="hidden" name="lon">
    ${ui.choices("kind", "是哪一类问题？", [choice("light", "路灯、照明", true), choice("dry", "晾晒、公共设施", false, "例如晾衣架、健身器材、长椅"), choice("other", "其他")])}
    ${ui.text_area("words", "请说说情况", "3 号楼东侧的路灯已经三天不亮了，晚上老人下楼看不清台阶。", "不要写别人的姓名、车牌和证件号", "", 4)}
    ${ui.text_field("place", "在哪里", "", "小区、楼号，或旁边的店名", w.t("form-required"))}
    <div class="actions">${ui.position_button(w.t("common-use-position"), w.t("common-position-done"), w.t("common-position-failed"))}</div>
    ${ui.select_field("community", "所在社区", [choice("x", "兴旺社区"), choice("y", "康和社区", true)], "", "", "请选择")}
    ${ui.text_field("phone", "您的电话（选填）", "1380013", "只用来联系您，办结后自动删除", w.t("form-bad-phone"), "tel", "tel", 'inputmode="tel"')}
    ${ui.text_field("photos", "照片（选填）", "", "最多五张", "", "file", "", 'multiple accept="image/*"').replace(' value=""', "")}
    ${ui.check_field("agree", "yes", "办理情况发短信告诉我", "不发广告", true)}
    <div class="actions">${ui.button(w.t("common-send"), "large")}${ui.link_button("#", w.t("common-back"), "quiet")}</div>
  </form></section>
<section class="stack"><h2>提交之后</h2>
  <div class="receipt"><p>您的编号</p><p class="receipt__number">20260501-兴旺-0042</p>
    <p>请保存这个链接，用它可以查进度、补充情况、评价：</p>
    <p class="link-box" id="link">https://tongxin.example/r/4Q7F-9KXM-2TDW-8HJP</p>
    <div class="actions">${ui.copy_button("#link", w.t("common-copy-link"), w.t("common-copied"))}${ui.link_button("#", "看进度")}</div></div>
  ${ui.notice("good", "已经提交", "一个工作日内会有人联系您。")}
  ${ui.notice("info", "附近 200 米内有 2 件类似的事", "可以点“我也遇到了”，不用重复填写。")}
  ${ui.notice("warn", "现在是下班时间", "紧急情况请直接打电话。")}
  ${ui.notice("bad", "没有保存", "网络断了，您填的内容还在这一页。")}
</section>
<section class="stack"><h2>路灯不亮 · 兴旺社区</h2>
  <div class="panes panes--side"><ol class="steps">
    ${ui.step("done", s("received"), "2026-05-01T09:12", "5月1日 09:12")}
    ${ui.step("done", s("accepted"), "2026-05-01T09:40", "5月1日 09:40", "李老师已经和您通过电话。")}
    ${ui.step("now", s("working"), "2026-05-01T13:05", "5月1日 13:05", "张师傅正在路上，带了两只灯头。")}
    ${ui.step("next", s("done"))}
    ${ui.step("next", s("rated"))}
  </ol><div class="card"><dl class="facts">${ui.fact("编号", "20260501-兴旺-0042")}${ui.fact("类别", "市政设施 / 路灯")}${ui.fact("地点", "丽日家园 3 号楼东侧")}${ui.fact("时限", "两个工作日，5月6日 17:30 前")}</dl></div></div>
  ${ui.rating("satisfied", "您对这次办理满意吗？", ["很不满意", "不太满意", "一般", "满意", "很满意"].map((t, i) => choice(String(i + 1), t, i === 3)))}
  <div class="actions">${ui.button("提交评价")}</div>
  ${ui.confirm("#", "x", "撤回这件事", "撤回后不再办理，记录会保留。确定撤回吗？", "确定撤回")}
  ${ui.action_form("#", "x", "还没解决，重新办理", "quiet")}
</section>
<section class="stack"><h2>状态</h2>
  <p class="actions">${["received", "accepted", "declined", "withdrawn", "open", "working", "done", "rated", "reopened", "closed"].map((k) => ui.status(k, s(k))).join(" ")}</p>
  <p class="actions">${["open", "grabbed", "working", "done", "returned"].map((k) => ui.status(k, w.t(`status-order-${k}`))).join(" ")}</p>
  <p class="actions">${["green", "yellow", "red", "paused"].map((k) => ui.limit(k, w.t(`status-limit-${k}`))).join(" ")}</p></section>
<section class="stack"><h2>按钮</h2><div class="actions">${ui.button("主要")}${ui.button("次要", "quiet")}${ui.button("删除", "danger")}${ui.button("大按钮", "large")}<button class="button" disabled>不可用</button></div></section>
<section class="stack"><h2>待抢的单</h2><ul class="rows">
  <li class="row"><p class="row__title"><a href="#">丽日家园 3 号楼东侧路灯不亮</a></p><p class="row__meta"><span>兴旺社区</span><span>350 米</span><span>20 分钟前</span></p><div class="row__side">${ui.limit("green", "还有 6 小时")}<button class="button">抢单</button></div></li>
  <li class="row"><p class="row__title"><a href="#">地下车库入口积水</a></p><p class="row__meta"><span>康和社区</span><span>1.2 公里</span><span>3 小时前</span></p><div class="row__side">${ui.limit("yellow", "还有 40 分钟")}<button class="button">抢单</button></div></li>
  <li class="row"><p class="row__title"><a href="#">电梯反复停在四楼，有老人被困过一次，物业说在等配件</a></p><p class="row__meta"><span>兴旺社区</span><span>800 米</span><span>昨天</span></p><div class="row__side">${ui.limit("red", "超时 2 小时")}${ui.status("grabbed", w.t("status-order-grabbed"))}</div></li></ul></section>
<section class="stack"><h2>卡片、空列表、经过</h2>
  <div class="cards"><article class="card"><h3 class="card__title"><a href="#">兴旺社区同心服务点</a></h3><p class="quiet">每天 8:30–17:30 · 帮办代办、协商议事</p></article><article class="card card--accent"><h3 class="card__title">幸福食光食堂</h3><p>今天午餐：羊肉焖面、炒时蔬</p></article></div>
  ${ui.empty("这里还没有您的单", "去待抢的单里看看，离您最近的排在最前面。", "#", "看待抢的单")}
  <ol class="history">${ui.history_item("2026-05-01T09:12", "5月1日 09:12", "居民", "提交了反映")}${ui.history_item("2026-05-01T09:40", "5月1日 09:40", "李红（兴旺社区）", "受理", "已电话联系，约定下午修。")}${ui.history_item("2026-05-01T12:58", "5月1日 12:58", "张强（滨新侠）", "抢到这一单")}</ol></section>
</div>`;
}

function desk(w) {
  const s = (k) => ui.status(k, w.t(`status-request-${k}`));
  const rows = [
    ["20260501-兴旺-0042", "丽日家园 3 号楼东侧路灯已经三天不亮", "路灯", "working", "green", "还有 6 小时", "张强"],
    ["20260501-康和-0017", "地下车库入口积水，电动车进出打滑", "排水", "open", "yellow", "还有 40 分钟", ""],
    ["20260430-兴旺-0039", "电梯反复停在四楼", "电梯", "working", "red", "超时 2 小时", "王芳"],
    ["20260430-学府-0008", "小区公共晾衣架不够用", "公共设施", "accepted", "green", "还有 2 天", ""],
    ["20260429-康和-0011", "楼道堆放杂物", "消防通道", "reopened", "paused", "计时暂停", "赵敏"],
    ["20260428-学府-0003", "健身器材螺丝松动", "公共设施", "rated", "green", "按时办结", "张强"],
  ];
  return `<div class="stack">
<h1>待办的事</h1>
<form class="filter" method="get" action="#">
  ${ui.text_field("q", "搜索", "", "", "", "search")}
  ${ui.select_field("unit", "社区", [choice("", "全部"), choice("x", "兴旺社区")])}
  ${ui.select_field("state", "状态", [choice("", "全部未办结"), choice("open", "等待接单")])}
  <button class="button button--quiet">${w.t("common-filter")}</button><a href="#">${w.t("common-clear")}</a>
</form>
<div class="table-scroll" tabindex="0" role="region" aria-label="待办的事"><table class="table">
<thead><tr><th scope="col"><input class="check" type="checkbox" aria-label="全选"></th><th scope="col" aria-sort="descending"><a href="#">编号</a></th><th scope="col">情况</th><th scope="col"><a href="#">类别</a></th><th scope="col"><a href="#">状态</a></th><th scope="col"><a href="#">时限</a></th><th scope="col">承办</th><th scope="col" class="table__number"><a href="#">同类</a></th></tr></thead>
<tbody>${rows.map((r, i) => `<tr><td><input class="check" type="checkbox" aria-label="选择 ${r[0]}"${i === 1 ? " checked" : ""}></td><th scope="row"><a href="#">${r[0]}</a></th><td class="table__words">${r[1]}</td><td>${r[2]}</td><td>${s(r[3])}</td><td>${ui.limit(r[4], r[5])}</td><td>${r[6] || "–"}</td><td class="table__number">${i * 3 + 1}</td></tr>`).join("")}</tbody></table></div>
<div class="table-foot"><p class="quiet small">${w.t1("common-total", "count", "1,284")}</p>${ui.pager(w.t("common-pages"), "#", w.t("common-page-previous"), "#", w.t("common-page-next"))}</div>
<h2>两栏</h2>
<div class="panes"><div><ul class="rows">${rows.slice(0, 4).map((r) => `<li class="row"><p class="row__title"><a href="#">${r[1]}</a></p><p class="row__meta"><span>${r[0]}</span></p><div class="row__side">${s(r[3])}</div></li>`).join("")}</ul></div>
<section class="pane pane--stay stack"><h2>丽日家园 3 号楼东侧路灯不亮</h2><p class="actions">${s("working")}${ui.limit("green", "还有 6 小时")}</p>
<dl class="facts">${ui.fact("地点", "丽日家园 3 号楼东侧")}${ui.fact("承办", "张强（滨新侠）")}</dl>
<div class="actions">${ui.button("办结")}${ui.button("转交", "quiet")}</div>
<h3>经过</h3><ol class="history">${ui.history_item("2026-05-01T09:12", "5月1日 09:12", "居民", "提交了反映")}${ui.history_item("2026-05-01T09:40", "5月1日 09:40", "李红（兴旺社区）", "受理", "已电话联系，约定下午修。")}</ol></section></div></div>`;
}

const nav = {
  street: ["首页", "反映问题", "查进度", "服务点", "活动"],
  desk: ["待办", "清单", "任务", "调解", "评价", "看板"],
};
const pages = [];
for (const lang of ["zh-CN", "en"]) {
  const w = await words(lang);
  for (const elder of [false, true]) {
    for (const [name, face, body] of [
      ["preview", "street", street(w)],
      ["preview-desk", "desk", desk(w)],
      ["preview-error", "street", oops({ w, code: "404", title: w.t("error-404-title"), words: w.t("error-404-words"), way: w.t("error-404-way"), href: "#", action: w.t("error-back"), reference: "7F3K-92QD", service_phone: PHONE })],
    ]) {
      const html = shell({
        lang, elder, face, w, body, title: name === "preview-error" ? w.t("error-404-title") : "组件", error: name === "preview-error",
        css: manifest["app.css"], js: manifest["app.js"], mark: manifest["mark.svg"], icon: manifest["icon.svg"],
        nav: nav[face].map((label, i) => ({ href: "#", label, current: i === 0 && name !== "preview-error" })),
        who: face === "desk" ? "李红" : null, path: "/", csrf: "x", service_phone: PHONE,
      });
      const file = `${name}${lang === "en" ? "-en" : ""}${elder ? "-elder" : ""}.html`;
      await writeFile(new URL(file, dist), html);
      pages.push(file);
    }
  }
}
console.log(`preview: ${pages.join(" ")}`);
