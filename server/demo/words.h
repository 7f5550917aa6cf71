#pragma once
#include <string_view>

/// Invented people, companies and places. Domains end in .example (RFC 2606); phone numbers are those that the
/// regulators keep for films.
namespace crmdav::demo {

struct Country {
    std::string_view name;
    bool german;
    std::string_view phone, mobile;  ///< # stands for a digit
};
inline constexpr Country countries[] = {
    {"Deutschland", true, "+49 30 23125 ###", "+49 171 39200##"},
    {"Österreich", true, "+49 30 23125 ###", "+49 171 39200##"},
    {"United Kingdom", false, "+44 20 7946 0###", "+44 7700 900###"},
    {"United States", false, "+1 212-555-01##", "+1 646-555-01##"},
};

struct City {
    std::string_view name, postcode, region;
    std::size_t country;
};
inline constexpr City cities[] = {
    {"Berlin", "10115", "", 0},  {"Hamburg", "20095", "", 0},    {"Leipzig", "04109", "", 0},
    {"Köln", "50667", "", 0},    {"Freiburg", "79098", "", 0},   {"Nürnberg", "90402", "", 0},
    {"Münster", "48143", "", 0}, {"Wien", "1010", "", 1},        {"Graz", "8010", "", 1},
    {"Linz", "4020", "", 1},     {"London", "SE1 9XX", "", 2},   {"Bristol", "BS1 9XX", "", 2},
    {"Leeds", "LS1 9XX", "", 2}, {"New York", "10001", "NY", 3}, {"Albany", "12207", "NY", 3},
};

inline constexpr std::string_view streets[] = {"Lindenallee",     "Am Mühlbach",     "Gartenweg",     "Schulgasse",
                                               "Kastanienstraße", "Zum Wiesengrund", "Alte Färberei", "Ringstraße"};
inline constexpr std::string_view englishStreets[] = {"Orchard Lane", "Mill Road",    "Harbour Street", "Station Road",
                                                      "Maple Avenue", "Foundry Yard", "King's Court"};

inline constexpr std::string_view firstNames[] = {
    "Marlene", "Jonas",   "Friederike", "Tobias",    "Katharina", "Lukas",     "Sophie",  "Matthias", "Johanna",
    "Stefan",  "Jürgen",  "Birgit",     "Anneliese", "Rüdiger",   "Franziska", "Andreas", "Theresa",  "Maximilian",
    "Greta",   "Henning", "Leonie",     "Moritz",    "Käthe",     "Philipp",   "Renate",  "Sebastian"};
inline constexpr std::string_view englishFirstNames[] = {
    "Olivia", "Harry", "Amelia", "George", "Isla",  "Noah",  "Grace", "Oscar", "Freya",  "Theo",
    "Priya",  "Kwame", "Zoë",    "Callum", "Aisha", "Ethan", "Chloé", "Mason", "Sienna", "Rowan"};

inline constexpr std::string_view lastNames[] = {
    "Ackermann", "Brückner", "Dahlmann",   "Eichhorn",   "Falkenberg", "Grünwald",   "Heidrich",
    "Imhof",     "Jahnke",   "Kaltenbach", "Lindner",    "Möller",     "Niedermayr", "Oberholzer",
    "Pfeifer",   "Quast",    "Reinhardt",  "Sommerfeld", "Thalbach",   "Uhlig",      "Vogelsang",
    "Wiesner",   "Zeidler",  "Großmann",   "Rößler",     "Steinbrück"};
inline constexpr std::string_view englishLastNames[] = {
    "Ashdown",   "Blackwood", "Carlisle", "Dunmore",  "Ellery",       "Fairbairn", "Goodwin",
    "Hathaway",  "Iverson",   "Kingsley", "Lockhart", "Merriweather", "Northcott", "O'Dwyer",
    "Pemberton", "Radcliffe", "Sinclair", "Tremaine", "Whitlock"};

inline constexpr std::string_view stems[] = {"Weidenkamp", "Hollerbach",  "Osterlind",  "Fichtenau", "Kranefeld",
                                             "Birkenried", "Steinsiepen", "Morgenried", "Tannhusen", "Wolkenried",
                                             "Eschenlohe", "Rabenried",   "Silberfurt", "Moosbrunn", "Hasselkamp"};
inline constexpr std::string_view trades[] = {"Maschinenbau", "Logistik", "Energietechnik", "Medizintechnik",
                                              "Optik",        "Holzbau",  "Verlag",         "Textil"};
inline constexpr std::string_view englishStems[] = {"Penwick",    "Ashcombe",  "Thornbury",  "Elmhurst",
                                                    "Greyfriars", "Saltmarsh", "Harrowdale", "Winterbourne",
                                                    "Oakhanger",  "Redmire",   "Foxcote",    "Larkhill"};
inline constexpr std::string_view englishTrades[] = {"Robotics",   "Foods",      "Shipping", "Instruments",
                                                     "Publishing", "Renewables", "Textiles"};
inline constexpr std::string_view germanForms[] = {"GmbH", "AG", "GmbH & Co. KG", "KG"};

inline constexpr std::string_view jobs[] = {"Geschäftsführung",
                                            "Leitung Einkauf",
                                            "IT-Leitung",
                                            "Vertrieb",
                                            "Buchhaltung",
                                            "Projektleitung",
                                            "Assistenz der Geschäftsführung",
                                            "Leitung Produktion"};
inline constexpr std::string_view englishJobs[] = {"Managing Director", "Head of Procurement", "IT Manager",
                                                   "Sales Manager",     "Accountant",          "Project Manager",
                                                   "Office Manager"};
inline constexpr std::string_view departments[] = {"Einkauf", "IT", "Vertrieb", "Finanzen", "Technik"};
inline constexpr std::string_view englishDepartments[] = {"Procurement", "IT", "Sales", "Finance", "Operations"};
inline constexpr std::string_view tags[] = {"Newsletter", "VIP", "Messe", "Partner", "Referenz"};
inline constexpr std::string_view products[] = {"Lagerverwaltung",   "Serviceportal",     "Wartungsvertrag",
                                                "Schnittstelle ERP", "Auswertungen",      "Mobile App",
                                                "Schulungspaket",    "Umzug in die Cloud"};
inline constexpr std::string_view stages[] = {"lead", "qualified", "proposal", "won", "lost"};

}  // namespace crmdav::demo
