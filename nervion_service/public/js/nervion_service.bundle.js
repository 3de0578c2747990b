import "./words.js";
import "./time_left.js";
import "./number_cards.js";
import "./period_filters.js";
import "./phone_dialog.js";
import "./customer_360.js";
import "./folio_beside.js";
import "./folio_list.js";
