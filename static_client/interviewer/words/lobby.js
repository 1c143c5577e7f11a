// @ts-check
/** The lobby. */

const en = {
  "lobby.title": "Interviews",
  "lobby.running": "Running",
  "lobby.waiting": "Waiting",
  "lobby.finished": "Finished",
  "lobby.none_running": "No interview is running.",
  "lobby.none_waiting": "Nobody is waiting.",
  "lobby.none_finished": "None has finished yet.",
  "lobby.loading": "Loading the list",
  "lobby.empty": "You have no interviews yet.",
  "lobby.question": "Question {index} of {total}",
  "lobby.open": "Watch {name}",
  "lobby.open_short": "Watch",
  "lobby.report": "Report",
  "lobby.report_of": "Report on {name}",
  "lobby.attention": "Needs a look",
  "lobby.total": "Score so far",
  "lobby.total_final": "Score",
  "lobby.no_total": "no score yet",
  "lobby.minutes": "for {minutes} min",
  "lobby.changed": "{running} running, {waiting} waiting, {finished} finished",
};

/** @type {Record<keyof typeof en, string>} */
const zh = {
  "lobby.title": "面试",
  "lobby.running": "进行中",
  "lobby.waiting": "等待中",
  "lobby.finished": "已结束",
  "lobby.none_running": "没有正在进行的面试。",
  "lobby.none_waiting": "没有人在等待。",
  "lobby.none_finished": "还没有结束的面试。",
  "lobby.loading": "正在加载列表",
  "lobby.empty": "您还没有面试。",
  "lobby.question": "第 {index} 题，共 {total} 题",
  "lobby.open": "观看 {name} 的面试",
  "lobby.open_short": "观看",
  "lobby.report": "报告",
  "lobby.report_of": "{name} 的报告",
  "lobby.attention": "需要留意",
  "lobby.total": "目前得分",
  "lobby.total_final": "得分",
  "lobby.no_total": "暂无得分",
  "lobby.minutes": "已进行 {minutes} 分钟",
  "lobby.changed": "进行中 {running}，等待中 {waiting}，已结束 {finished}",
};

export const lobby = { en, zh };
