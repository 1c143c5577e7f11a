// @ts-check
/**
 * Every word of the interviewer's pages, in both languages, as shared/i18n.js fills them in.
 *
 * The words stand in `words/`, one file for each page or panel; a new file is named here in three places.
 */
import { page } from "./words/page.js";
import { lobby } from "./words/lobby.js";
import { desk } from "./words/desk.js";
import { judgement } from "./words/judgement.js";
import { transcript } from "./words/transcript.js";
import { air } from "./words/air.js";
import { panel } from "./words/panel.js";
import { board } from "./words/board.js";
import { report } from "./words/report.js";
import { review } from "./words/review.js";
import { compare } from "./words/compare.js";
import { problems } from "./words/problems.js";

export const words = {
  en: {
    ...page.en,
    ...lobby.en,
    ...desk.en,
    ...judgement.en,
    ...transcript.en,
    ...air.en,
    ...panel.en,
    ...board.en,
    ...report.en,
    ...review.en,
    ...compare.en,
    ...problems.en,
  },
  zh: {
    ...page.zh,
    ...lobby.zh,
    ...desk.zh,
    ...judgement.zh,
    ...transcript.zh,
    ...air.zh,
    ...panel.zh,
    ...board.zh,
    ...report.zh,
    ...review.zh,
    ...compare.zh,
    ...problems.zh,
  },
};
