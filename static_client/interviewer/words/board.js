// @ts-check
/** The words of the coverage board. */

const en = {
  "board.title": "Evidence by competency",
  "board.title_short": "Evidence",
  "board.competency": "Competency",
  "board.situation": "Situation",
  "board.task": "Task",
  "board.action": "Action",
  "board.result": "Result",
  "board.number": "Figures",
  "board.points": "Expected points",
  "board.situation_short": "S",
  "board.task_short": "T",
  "board.action_short": "A",
  "board.result_short": "R",
  "board.number_short": "123",
  "board.points_short": "Pts",
  "board.count": "{count} {count:quote|quotes}",
  "board.points_of": "{said}/{total} said",
  "board.missing": "nothing yet",
  "board.open": "not asked yet",
  "board.missing_long": "Nothing said so far shows this.",
  "board.open_long": "No question put so far asks for this.",
  "board.unsaid": "Not said yet",
  "board.none": "It fills as the candidate answers.",
  "keys.board": "Go to the evidence board",
};

/** @type {Record<keyof typeof en, string>} */
const zh = {
  "board.title": "各项能力的证据",
  "board.title_short": "能力证据",
  "board.competency": "能力",
  "board.situation": "情境",
  "board.task": "任务",
  "board.action": "行动",
  "board.result": "结果",
  "board.number": "数字",
  "board.points": "期望要点",
  "board.situation_short": "情",
  "board.task_short": "任",
  "board.action_short": "行",
  "board.result_short": "果",
  "board.number_short": "数",
  "board.points_short": "要点",
  "board.count": "引文 {count} 条",
  "board.points_of": "已说 {said}/{total}",
  "board.missing": "暂无",
  "board.open": "尚未提问",
  "board.missing_long": "目前还没有能说明这一点的话。",
  "board.open_long": "已提的问题都不涉及这一点。",
  "board.unsaid": "还没有说到",
  "board.none": "候选人回答后逐步填充。",
  "keys.board": "进入证据表",
};

export const board = { en, zh };
