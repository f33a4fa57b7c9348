"""Who did what to whom, in one sentence: parties by case, courts, goods, and those who are dispersed."""

from datetime import date
from typing import Any

import pytest

from pipeline.extract.extractor import Extractor

#: Language, sentence, action, actors, those acted on.
SENTENCES = [
    pytest.param("tr", "Kuzey Kore, komşusunun barış çağrısını reddetti.", "denial", {"Kuzey Kore"}, set(), id="tr opening subject"),
    pytest.param("tr", "Fransa ile Çad perşembe günü bir anlaşma imzaladı.", "agreement", {"Fransa", "Çad"}, {"Fransa", "Çad"}, id="tr pair"),
    pytest.param("tr", "Kamerun'un kuzeyinde militanların bir karakola düzenlediği saldırıda dört polisin öldüğü bildirildi.", "attack", {"militanlar"}, {"polis"}, id="tr genitive subject"),
    pytest.param("tr", "Sudan ordusu pazartesi günü Hartum'da 12 isyancıyı gözaltına aldı.", "arrest", {"Sudan ordusu"}, {"isyancı"}, id="tr named without its case"),
    pytest.param("ar", "استدعت الخارجية المغربية السفير الفرنسي يوم الاثنين.", "demand", {"الخارجية المغربية"}, {"السفير الفرنسي"}, id="ar adjective ends a phrase"),
    pytest.param("es", "Un tribunal de Lima condenó al general a diez años de cárcel.", "trial", {"tribunal de Lima"}, {"general"}, id="es court"),
    pytest.param("uk", "Суд у Празі засудив шпигуна до п'яти років ув'язнення.", "trial", {"Суд"}, set(), id="uk court"),
    pytest.param("tr", "Katar, Sudan'a 40 ton ilaç gönderdi.", "humanitarian_aid", {"Katar"}, {"Sudan"}, id="tr relief"),
    pytest.param("fa", "سربازان روستا را تصرف کردند و دو غیرنظامی را کشتند.", "territory_gain", {"سربازان"}, {"غیرنظامی"}, id="fa marked object"),
    pytest.param("fa", "به گزارش رویترز، شورشیان شهر الفاشر را تصرف کردند و دو سرباز را کشتند.", "territory_gain", {"شورشیان"}, {"سرباز"}, id="fa named object behind a source"),
    pytest.param("fa", "پلیس معترضان را بازداشت کرد.", "arrest", {"پلیس"}, {"معترضان"}, id="fa two nouns"),
    pytest.param("fa", "اسرائیل حملات گسترده‌ای علیه حزب‌الله در جنوب لبنان انجام داد.", "attack", {"اسرائیل"}, {"حزب‌الله"}, id="fa light verb at the end"),
    pytest.param("fa", "در حمله شورشیان سه سرباز کشته شدند.", "attack", {"شورشیان"}, {"سرباز"}, id="fa genitive of an act"),
    pytest.param("fa", "ارتش اعلام کرد که شورشیان به پاسگاه حمله کردند و سه سرباز را کشتند.", "attack", {"شورشیان"}, {"سرباز"}, id="fa behind a speech verb"),
    pytest.param("ru", "Индия передала Кении 300 тонн риса.", "humanitarian_aid", {"Индия"}, set(), id="ru relief"),
    pytest.param("ru", "Польская ПВО сбила 12 беспилотников, запущенных Россией.", "interception", {"Польская ПВО"}, {"Россией"}, id="ru whose drones"),
    pytest.param("id", "Militer Irak menembak jatuh dua drone yang diluncurkan Turki.", "interception", {"Militer Irak"}, {"Turki"}, id="id whose drones"),
    pytest.param("en", "Iran fired ten missiles at Erbil on Monday. Jordan's army shot down two drones on Tuesday.", "interception", {"Jordan's army"}, {"Iran"}, id="en whose drones were told before"),
    pytest.param("en", "Four farmers were killed when rebels attacked their convoy in Chad.", "attack", {"rebels"}, {"farmers"}, id="en who was in a convoy"),
    pytest.param("fr", "Dix roquettes ont été tirées par le Hezbollah vers Metula, dans le nord d'Israël.", "missile_strike", {"Hezbollah"}, {"Israël"}, id="fr whose town was fired at"),
    pytest.param("en", "Chad and Libya held talks today on a troop pullback from the border.", "negotiation", {"Chad", "Libya"}, {"Chad", "Libya"}, id="en what talks are on is no partner"),
    pytest.param("en", "Danish aircraft including helicopters killed six rebels.", "attack", {"Danish aircraft"}, {"rebels"}, id="en who is included is not who acts"),
    pytest.param("en", "Students marched in Bamako to protest the president's failure to pay grants.", "protest", {"Students"}, {"president"}, id="en whose failure is protested"),
    pytest.param("en", "Kenya will allow the refugees to return.", "agreement", {"Kenya"}, {"refugees"}, id="en who is allowed"),
    pytest.param("es", "Cinco miembros de la federación fueron detenidos cuando protestaban contra las pruebas nucleares chinas.", "protest", {"miembros de la federación"}, set(), id="es subject of the clause before"),
    pytest.param("es", "Los médicos están pidiendo al gobierno peruano un aumento.", "demand", {"médicos"}, {"gobierno peruano"}, id="es gerund"),
    pytest.param("ar", "قالت الوزارة إن ألمانيا ستسلم أوكرانيا 14 مدفع هاوتزر.", "arms_transfer", {"ألمانيا"}, {"أوكرانيا"}, id="ar given to"),
    pytest.param("zh", "肯尼亚警方逮捕了9名焚烧车辆的农民。", "arrest", {"肯尼亚警方"}, {"农民"}, id="zh a clause before its noun"),
    pytest.param("en", "Chad, a close French ally, has refused to extradite the rebel to Sudan.", "denial", {"Chad"}, set(), id="en apposition"),
    pytest.param("en", "Three policemen died when their car hit a mine, the interior ministry in Bamako announced.", "bombing", {None}, {"policemen"}, id="en who speaks last is not hit"),
    pytest.param("de", "Den Journalisten verurteilte ein Gericht in Wien.", "trial", {"Gericht"}, {"Journalisten"}, id="de a court tries wherever it stands"),
    pytest.param("ru", "МИД Чили вызвал посла Кубы.", "accusation", {"МИД Чили"}, {"Кубы"}, id="ru ambassador summoned"),
    pytest.param("id", "Polisi membubarkan puluhan demonstran di Dakar.", "crackdown", {"Polisi"}, {"demonstran"}, id="id dispersed"),
    pytest.param("fr", "Les gendarmes ont dispersé des milliers de manifestants à Cotonou.", "crackdown", {"gendarmes"}, {"manifestants"}, id="fr dispersed"),
    pytest.param("fr", "Trois soldats maliens ont péri dans une attaque menée par les djihadistes.", "attack", {"djihadistes"}, {"soldats maliens"}, id="fr who died did not attack"),
]  # fmt: skip


def claims_of(extractor: Extractor, language: str, text: str) -> list[dict[str, Any]]:
    article = {"article_id": f"a_{0:020}", "language": language, "text": text, "title": None}
    return extractor.extract(article | {"published": date(2025, 3, 12)})[0]


@pytest.mark.parametrize(("language", "text", "action", "actors", "recipients"), SENTENCES)
def test_a_sentence_says_who_did_what_to_whom(
    extractor: Extractor, language: str, text: str, action: str, actors: set[str], recipients: set[str]
) -> None:
    told = [row for row in claims_of(extractor, language, text) if row["action"] == action]
    assert {row["actor_text"] for row in told} == actors
    assert not recipients or recipients == {row["recipient_text"] or row["affected_text"] for row in told} - {None}


def test_the_number_of_those_dispersed_is_that_of_participants(extractor: Extractor) -> None:
    claims = claims_of(extractor, "en", "Police dispersed 300 protesters in Lagos on Tuesday.")
    assert [(row["action"], row["metric"], row["quantity_best"]) for row in claims] == [
        ("crackdown", "participants", 300)
    ]


@pytest.mark.parametrize(
    ("language", "text", "state"),
    [
        pytest.param("en", "A court in Peru sentenced the banker on Monday.", "PER", id="en"),
        pytest.param("es", "Un tribunal en Perú condenó el lunes al banquero.", "PER", id="es"),
        pytest.param("fr", "Un tribunal en Bolivie a condamné lundi le banquier.", "BOL", id="fr"),
    ],
)
def test_an_office_is_that_of_the_state_it_sits_in(extractor: Extractor, language: str, text: str, state: str) -> None:
    assert {row["actor_id"] for row in claims_of(extractor, language, text)} == {state}


@pytest.mark.parametrize(
    ("language", "text", "actions"),
    [
        pytest.param("en", "Chad and Sudan held talks in Doha on a ceasefire.", {"negotiation"}, id="en talked about"),
        pytest.param("es", "Chad y Sudán negociaron el lunes una tregua.", {"negotiation"}, id="es talked about"),
        pytest.param(
            "en", "After two days of talks, the rebels declared a ceasefire.", {"ceasefire"}, id="en behind it"
        ),
        pytest.param("en", "Rebels freed ten soldiers and handed them over to Chad.", {"release"}, id="en one release"),
    ],
)
def test_what_is_talked_about_or_handed_over_is_no_act_of_its_own(
    extractor: Extractor, language: str, text: str, actions: set[str]
) -> None:
    assert {row["action"] for row in claims_of(extractor, language, text)} == actions
