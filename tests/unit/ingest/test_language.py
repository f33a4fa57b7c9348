import pytest
from ingesting import LANGUAGES

from pipeline.ingest.language import detect_language, primary_tag

SENTENCES = {
    "en": "At least twelve people were killed and thirty wounded in an attack on a village, police said on Monday.",
    "id": "Sedikitnya dua belas orang tewas dan tiga puluh luka-luka dalam serangan itu, kata polisi pada hari Senin.",
    "es": "Al menos doce personas murieron y treinta resultaron heridas en un ataque contra un pueblo, dijo la policía.",
    "fr": "Au moins douze personnes ont été tuées et trente blessées dans une attaque contre un village, selon la police.",
    "pt": "Pelo menos doze pessoas morreram e trinta ficaram feridas num ataque a uma aldeia, disse a polícia.",
    "ar": "قتل اثنا عشر شخصا على الأقل وأصيب ثلاثون آخرون في هجوم على قرية، حسبما قالت الشرطة يوم الاثنين.",
    "ru": "По меньшей мере двенадцать человек погибли и тридцать ранены при нападении на деревню, сообщила полиция.",
    "uk": "Щонайменше дванадцять людей загинули і тридцять поранені внаслідок нападу на село, повідомила поліція.",
    "tr": "Polis pazartesi günü yaptığı açıklamada köye düzenlenen saldırıda en az on iki kişinin öldüğünü bildirdi.",
    "de": "Bei einem Angriff auf das Dorf wurden mindestens zwölf Menschen getötet, teilte die Polizei am Montag mit.",
    "nl": "Zeker twaalf mensen zijn maandag gedood bij een aanval op het dorp, zegt de politie.",
    "it": "Almeno dodici persone sono state uccise lunedì in un attacco al villaggio, ha riferito la polizia.",
    "fa": "پلیس روز دوشنبه اعلام کرد که در حمله به روستا دست‌کم دوازده نفر کشته و سی نفر زخمی شدند.",
    "zh": "警方周一表示，一个村庄遭到袭击，造成至少十二人死亡，三十人受伤。",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_enough(language: str) -> None:
    assert detect_language(SENTENCES[language], LANGUAGES) == language


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("12 345 - 67", id="numbers"),
        pytest.param("Halo dunia", id="too little"),
        pytest.param(
            "Minst tolv personer dödades i måndags i en attack mot byn, uppger polisen för nyhetsbyrån.",
            id="Swedish",
        ),
        pytest.param("月曜日の攻撃で少なくとも十二人が死亡したと警察が発表した。", id="Japanese"),
        pytest.param("Най-малко дванадесет души бяха убити при атака срещу селото, съобщи полицията.", id="Bulgarian"),
        pytest.param("پولیسو وویل چې د دوشنبې په ورځ پر کلي په برید کې لږ تر لږه دولس کسان ووژل شول.", id="Pashto"),
        pytest.param("پولیس کے مطابق پیر کو گاؤں پر حملے میں کم از کم بارہ افراد ہلاک اور تیس زخمی ہو گئے۔", id="Urdu"),
    ],
)
def test_other_languages_and_too_little_text_are_und(text: str) -> None:
    assert detect_language(text, LANGUAGES) == "und"


def test_only_configured_languages_are_named() -> None:
    assert detect_language(SENTENCES["id"], ("en", "id")) == "id"
    assert detect_language(SENTENCES["ru"], ("en", "id")) == "und"
    assert detect_language(SENTENCES["ru"], ()) == "und"


@pytest.mark.parametrize(
    ("tag", "primary"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh_Hans_CN", "zh"),
        (" ID ", "id"),
        ("english", None),
        ("e", None),
        ("", None),
        (None, None),
    ],
)
def test_the_primary_subtag_counts(tag: str | None, primary: str | None) -> None:
    assert primary_tag(tag) == primary
