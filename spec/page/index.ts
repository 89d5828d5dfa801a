export {
  type PageState,
  pageStates,
  type Rights,
  reasonToChange,
  rights,
} from "./page-contract.ts";
