// @ts-check
/** The report. */

const en = {
  "report.title": "Report",
  "report.back": "Back to the interview",
  "report.review": "Review with the recording",
  "report.print": "Print",
  "report.json": "Download JSON",
  "report.html": "Download HTML",
  "report.loading": "Opening the report",
  "report.not_ready": "The report is not ready yet. It is written within a minute of the end.",
  "report.failed": "The report could not be opened: {problem}",
};

/** @type {Record<keyof typeof en, string>} */
const zh = {
  "report.title": "报告",
  "report.back": "回到面试",
  "report.review": "对照录像回看",
  "report.print": "打印",
  "report.json": "下载 JSON",
  "report.html": "下载 HTML",
  "report.loading": "正在打开报告",
  "report.not_ready": "报告尚未完成。面试结束后一分钟内生成。",
  "report.failed": "无法打开报告：{problem}",
};

export const report = { en, zh };
