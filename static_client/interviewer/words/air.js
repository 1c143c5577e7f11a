// @ts-check
/** Speaking with the candidate in person. */

const en = {
  "air.off": "Speak",
  "air.soon": "One moment",
  "air.on_short": "On air",
  "air.hint": "Speak with the candidate in person (T): hold to talk, or tap to stay on air",
  "air.on": "On air: the candidate hears you. Viva keeps silent.",
  "air.unheard": "The candidate cannot hear you: their connection is lost.",
  "air.other": "{name} is speaking with the candidate",
  "air.replaced": "{name} has taken over. You are off air.",
  "air.lost": "You are off air: the connection of your microphone was lost.",
  "air.silent": "You are off air: nothing was heard for a while. Press again to speak.",
  "air.nobody_hears": "The candidate cannot hear you just now.",
  "air.not_conducting": "Only who conducts the interview speaks with the candidate. Ask for control first.",
  "air.not_yours": "Only an interviewer of this interview can speak in it.",
  "air.denied": "The browser does not allow the microphone. Allow it beside the address bar.",
  "air.missing": "No microphone was found.",
  "air.busy": "The microphone is used by another program.",
  "air.insecure": "The microphone can only be used over a secure connection.",
  "keys.talk": "Speak in person: hold, or tap to stay on air",
};

/** @type {Record<keyof typeof en, string>} */
const zh = {
  "air.off": "发言",
  "air.soon": "请稍候",
  "air.on_short": "通话中",
  "air.hint": "亲自与候选人交谈（T）：按住说话，轻按则保持通话",
  "air.on": "通话中：候选人能听到您，Viva 保持安静。",
  "air.unheard": "候选人听不到您：其连接已断开。",
  "air.other": "{name}正在与候选人交谈",
  "air.replaced": "{name}已接过话筒，您的通话已结束。",
  "air.lost": "通话已结束：您的麦克风连接断开了。",
  "air.silent": "通话已结束：有一段时间没有声音。要发言请再按一次。",
  "air.nobody_hears": "候选人现在听不到您。",
  "air.not_conducting": "只有主持面试的人可以与候选人交谈。请先请求主持。",
  "air.not_yours": "只有本场面试的面试官可以发言。",
  "air.denied": "浏览器不允许使用麦克风。请在地址栏旁允许。",
  "air.missing": "没有找到麦克风。",
  "air.busy": "麦克风正被其他程序使用。",
  "air.insecure": "只有在安全连接下才能使用麦克风。",
  "keys.talk": "亲自发言：按住说话，轻按保持通话",
};

export const air = { en, zh };
