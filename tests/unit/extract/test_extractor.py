"""What comes out of short news items in every language, and what never does whatever the text."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.extractor import Extractor
from pipeline.validate import table_types
from schemas import ClaimEvidence, Claims

Rows = list[dict[str, Any]]

PUBLISHED = date(2024, 8, 14)  # a Wednesday
TUESDAY, MONDAY, SUNDAY = date(2024, 8, 13), date(2024, 8, 12), date(2024, 8, 11)
FIFTH, NINTH = date(2024, 8, 5), date(2024, 8, 9)

# Language, text, day, what every claim says (one of several where a tuple stands), and what the claims say one by one.
NEWS = [
    pytest.param("en", "Israeli warplanes bombed a depot near Damascus on Monday, killing at least 14 people, the Syrian army said.", MONDAY, {"action": "air_strike", "actor_id": "ISR_MIL", "country": "SYR", "claimant_id": "SYR_MIL", "claimant_type": "military"}, [{"metric": "killed", "quantity_low": 14, "quantity_best": None, "quantity_bound": "at_least"}], id="en air strike"),
    pytest.param("en", "Russian forces shelled Kherson on 9 August 2024, wounding six civilians.", NINTH, {"action": "shelling", "actor_id": "RUS_MIL", "country": "UKR", "claimant_type": "media"}, [{"metric": "injured", "quantity_best": 6, "quantity_bound": "exact"}], id="en shelling"),
    pytest.param("en", "A suicide bomber blew himself up outside a mosque in Kabul on Sunday, killing 11 worshippers, police said.", SUNDAY, {"action": "suicide_bombing", "country": "AFG", "claimant_text": "police"}, [{"metric": "killed", "quantity_best": 11, "quantity_bound": "exact"}], id="en suicide bombing"),
    pytest.param("en", "Gunmen abducted 30 students from a school in Kaduna, Nigeria, on Monday.", MONDAY, {"action": "abduction", "actor_text": "Gunmen", "recipient_text": "students", "country": "NGA"}, [{"metric": "abducted", "quantity_best": 30, "quantity_bound": "exact"}], id="en abduction"),
    pytest.param("en", "Germany sent 14 howitzers to Ukraine on 5 August 2024.", FIFTH, {"action": "arms_transfer", "actor_id": "DEU", "recipient_id": "UKR"}, [{"metric": "equipment_supplied", "quantity_best": 14, "quantity_bound": "exact"}], id="en arms transfer"),
    pytest.param("es", "El ejército colombiano mató a ocho guerrilleros del ELN en Arauca el lunes, informó el Ministerio de Defensa.", MONDAY, {"action": "attack", "actor_id": "COL_MIL", "recipient_id": "ELN", "country": "COL", "claimant_text": "Ministerio de Defensa"}, [{"metric": "killed", "quantity_best": 8, "quantity_bound": "exact"}], id="es killing"),
    pytest.param("es", "Hombres armados secuestraron a 12 campesinos en el Cauca el 9 de agosto de 2024.", NINTH, {"action": "abduction", "actor_text": "Hombres armados", "recipient_text": "campesinos", "country": "COL"}, [{"metric": "abducted", "quantity_best": 12, "quantity_bound": "exact"}], id="es abduction"),
    pytest.param("es", "Un coche bomba estalló en Bogotá el domingo y dejó al menos cinco muertos y 20 heridos, según la policía.", SUNDAY, {"action": "bombing", "country": "COL", "claimant_text": "policía"}, [{"metric": "killed", "quantity_low": 5, "quantity_best": None, "quantity_bound": "at_least"}, {"metric": "injured", "quantity_best": 20, "quantity_bound": "exact"}], id="es car bomb"),
    pytest.param("es", "Estados Unidos impuso sanciones a Irán el martes.", TUESDAY, {"action": "sanction", "actor_id": "USA", "recipient_id": "IRN"}, [{}], id="es sanctions"),
    pytest.param("es", "Rusia derribó 14 drones ucranianos sobre Bélgorod el lunes, según el Ministerio de Defensa ruso.", MONDAY, {"action": "interception", "actor_id": "RUS", "country": "RUS", "claimant_id": "RUS_MIL"}, [{"metric": "equipment_lost", "quantity_best": 14, "quantity_bound": "exact"}], id="es interception"),
    pytest.param("fr", "L'armée malienne a tué 15 djihadistes près de Mopti lundi, selon l'état-major.", MONDAY, {"action": "attack", "actor_id": "MLI_MIL", "recipient_text": "djihadistes", "country": "MLI", "claimant_text": "état-major"}, [{"metric": "killed", "quantity_best": 15, "quantity_bound": "exact"}], id="fr killing"),
    pytest.param("fr", "Des hommes armés ont enlevé 20 villageois dans le nord du Burkina Faso le 9 août 2024.", NINTH, {"action": "abduction", "actor_text": "hommes armés", "country": "BFA"}, [{"metric": "abducted", "quantity_best": 20, "quantity_bound": "exact"}], id="fr abduction"),
    pytest.param("fr", "Les forces russes ont bombardé Kharkiv mardi, faisant au moins sept morts et 30 blessés, selon le gouverneur.", TUESDAY, {"action": ("shelling", "bombing", "air_strike"), "actor_id": "RUS_MIL", "country": "UKR", "claimant_text": "gouverneur"}, [{"metric": "killed", "quantity_low": 7, "quantity_best": None, "quantity_bound": "at_least"}, {"metric": "injured", "quantity_best": 30, "quantity_bound": "exact"}], id="fr bombardment"),
    pytest.param("fr", "Israël et le Hamas ont échangé des prisonniers lundi.", MONDAY, {"action": "prisoner_exchange"}, [{"actor_id": "ISR"}, {"actor_id": "HAMAS"}], id="fr prisoner exchange"),
    pytest.param("pt", "O exército de Moçambique matou 12 terroristas em Cabo Delgado na segunda-feira, informou o Ministério da Defesa.", MONDAY, {"action": "attack", "actor_id": "MOZ_MIL", "recipient_text": "terroristas", "country": "MOZ", "claimant_text": "Ministério da Defesa"}, [{"metric": "killed", "quantity_best": 12, "quantity_bound": "exact"}], id="pt killing"),
    pytest.param("pt", "Homens armados sequestraram oito trabalhadores em Maputo em 9 de agosto de 2024.", NINTH, {"action": "abduction", "actor_text": "Homens armados", "country": "MOZ"}, [{"metric": "abducted", "quantity_best": 8, "quantity_bound": "exact"}], id="pt abduction"),
    pytest.param("pt", "Um ataque aéreo israelense matou pelo menos 22 pessoas em Gaza na terça-feira, segundo o Ministério da Saúde palestino.", TUESDAY, {"action": "air_strike", "actor_id": "ISR", "country": "PSE", "claimant_id": "PSE_GOV"}, [{"metric": "killed", "quantity_low": 22, "quantity_best": None, "quantity_bound": "at_least"}], id="pt air strike"),
    pytest.param("pt", "Os Estados Unidos impuseram sanções ao Irã na terça-feira.", TUESDAY, {"action": "sanction", "actor_id": "USA", "recipient_id": "IRN"}, [{}], id="pt sanctions"),
    pytest.param("id", "Pesawat tempur Israel membombardir Gaza pada Senin (12/8/2024), menewaskan sedikitnya 17 orang, kata Kementerian Kesehatan Palestina.", MONDAY, {"action": "air_strike", "actor_id": "ISR_MIL", "country": "PSE", "claimant_id": "PSE_GOV"}, [{"metric": "killed", "quantity_low": 17, "quantity_best": None, "quantity_bound": "at_least"}], id="id air strike"),
    pytest.param("id", "Kelompok bersenjata menculik lima guru di Papua pada 9 Agustus 2024.", NINTH, {"action": "abduction", "actor_text": "Kelompok bersenjata", "country": "IDN"}, [{"metric": "abducted", "quantity_best": 5, "quantity_bound": "exact"}], id="id abduction"),
    pytest.param("id", "Tentara Myanmar menembaki sebuah desa pada hari Minggu, tiga warga sipil tewas dan enam terluka.", SUNDAY, {"action": "shooting", "actor_id": "MMR_MIL"}, [{"metric": "killed", "quantity_best": 3, "quantity_bound": "exact"}, {"metric": "injured", "quantity_best": 6, "quantity_bound": "exact"}], id="id shooting"),
    pytest.param("id", "Seorang pelaku bom bunuh diri meledakkan diri di Kabul pada Minggu, menewaskan 11 orang, kata polisi.", SUNDAY, {"action": "suicide_bombing", "country": "AFG", "claimant_text": "polisi"}, [{"metric": "killed", "quantity_best": 11, "quantity_bound": "exact"}], id="id suicide bombing"),
    pytest.param("id", "Amerika Serikat menjatuhkan sanksi terhadap Iran pada Selasa.", TUESDAY, {"action": "sanction", "actor_id": "USA", "recipient_id": "IRN"}, [{}], id="id sanctions"),
    pytest.param("tr", "İsrail ordusu pazartesi günü Gazze'yi bombaladı, en az 14 kişi öldü.", MONDAY, {"action": ("bombing", "air_strike", "shelling"), "actor_id": "ISR_MIL", "country": "PSE"}, [{"metric": "killed", "quantity_low": 14, "quantity_best": None, "quantity_bound": "at_least"}], id="tr bombardment"),
    pytest.param("tr", "Türk Silahlı Kuvvetleri Irak'ın kuzeyinde 9 Ağustos 2024'te 11 PKK'lı teröristi öldürdü.", NINTH, {"action": "attack", "actor_id": "TUR_MIL", "country": "IRQ"}, [{"metric": "killed", "quantity_best": 11, "quantity_bound": "exact"}], id="tr killing"),
    pytest.param("tr", "Kabil'de pazar günü düzenlenen intihar saldırısında 9 kişi öldü, 20 kişi yaralandı.", SUNDAY, {"action": "suicide_bombing"}, [{"metric": "killed", "quantity_best": 9, "quantity_bound": "exact"}, {"metric": "injured", "quantity_best": 20, "quantity_bound": "exact"}], id="tr suicide bombing"),
    pytest.param("tr", "Silahlı kişiler 9 Ağustos 2024'te Nijerya'da 20 öğrenciyi kaçırdı.", NINTH, {"action": "abduction", "actor_text": "Silahlı kişiler", "country": "NGA"}, [{"metric": "abducted", "quantity_best": 20, "quantity_bound": "exact"}], id="tr abduction"),
    pytest.param("ru", "Российские войска обстреляли Херсон 9 августа 2024 года, погибли четыре мирных жителя.", NINTH, {"action": "shelling", "actor_id": "RUS_MIL", "country": "UKR"}, [{"metric": "killed", "quantity_best": 4, "quantity_bound": "exact"}], id="ru shelling"),
    pytest.param("ru", "Израиль нанёс авиаудар по Бейруту в понедельник, погибли не менее 12 человек, сообщило министерство здравоохранения Ливана.", MONDAY, {"action": "air_strike", "actor_id": "ISR", "claimant_id": "LBN_GOV"}, [{"metric": "killed", "quantity_low": 12, "quantity_best": None, "quantity_bound": "at_least"}], id="ru air strike"),
    pytest.param("ru", "Боевики похитили семерых рабочих в Мали в воскресенье.", SUNDAY, {"action": "abduction", "actor_text": "Боевики", "country": "MLI"}, [{"metric": "abducted", "quantity_best": 7, "quantity_bound": "exact"}], id="ru abduction"),
    pytest.param("ru", "Силы ПВО России сбили 14 украинских беспилотников над Белгородской областью 9 августа 2024 года.", NINTH, {"action": "interception", "actor_id": "RUS_MIL", "country": "RUS"}, [{"metric": "equipment_lost", "quantity_best": 14, "quantity_bound": "exact"}], id="ru interception"),
    pytest.param("ru", "США ввели санкции против Ирана во вторник.", TUESDAY, {"action": "sanction", "actor_id": "USA", "recipient_id": "IRN"}, [{}], id="ru sanctions"),
    pytest.param("uk", "Російські війська обстріляли Харків 9 серпня 2024 року, загинули шестеро людей.", NINTH, {"action": "shelling", "actor_id": "RUS_MIL", "country": "UKR"}, [{"metric": "killed", "quantity_best": 6, "quantity_bound": "exact"}], id="uk shelling"),
    pytest.param("uk", "Унаслідок ракетного удару по Одесі в понеділок загинули щонайменше п'ять людей, 18 поранено, повідомила поліція.", MONDAY, {"action": "missile_strike", "country": "UKR", "claimant_text": "поліція"}, [{"metric": "killed", "quantity_low": 5, "quantity_best": None, "quantity_bound": "at_least"}, {"metric": "injured", "quantity_best": 18, "quantity_bound": "exact"}], id="uk missile strike"),
    pytest.param("uk", "Бойовики викрали сімох робітників у Малі в неділю.", SUNDAY, {"action": "abduction", "actor_text": "Бойовики", "country": "MLI"}, [{"metric": "abducted", "quantity_best": 7, "quantity_bound": "exact"}], id="uk abduction"),
    pytest.param("uk", "Російська армія захопила село Прогрес 9 серпня 2024 року.", NINTH, {"action": "territory_gain", "actor_id": "RUS_MIL"}, [{}], id="uk territory"),
    pytest.param("ar", "قصف الطيران الإسرائيلي مدينة غزة يوم الاثنين، مما أسفر عن مقتل 14 شخصا على الأقل وإصابة 30 آخرين، حسب وزارة الصحة الفلسطينية.", MONDAY, {"action": "air_strike", "actor_id": "ISR_MIL", "claimant_id": "PSE_GOV"}, [{"metric": "killed", "quantity_low": 14, "quantity_best": None, "quantity_bound": "at_least"}, {"metric": "injured", "quantity_best": 30, "quantity_bound": "exact"}], id="ar air strike"),
    pytest.param("ar", "خطف مسلحون ستة عمال في كركوك يوم 9 أغسطس 2024.", NINTH, {"action": "abduction", "actor_text": "مسلحون", "country": "IRQ"}, [{"metric": "abducted", "quantity_best": 6, "quantity_bound": "exact"}], id="ar abduction"),
    pytest.param("ar", "اعتقلت الشرطة 25 متظاهرا في بيروت يوم الأحد.", SUNDAY, {"action": "arrest", "actor_text": "الشرطة", "country": "LBN"}, [{"metric": "arrested", "quantity_best": 25, "quantity_bound": "exact"}], id="ar arrest"),
    pytest.param("ar", "قتل الجيش السوري 12 مسلحا في إدلب يوم الثلاثاء.", TUESDAY, {"action": "attack", "actor_id": "SYR_MIL", "country": "SYR"}, [{"metric": "killed", "quantity_best": 12, "quantity_bound": "exact"}], id="ar killing"),
    pytest.param("ar", "فرضت الولايات المتحدة عقوبات على إيران يوم الثلاثاء.", TUESDAY, {"action": "sanction", "actor_id": "USA", "recipient_id": "IRN"}, [{}], id="ar sanctions"),
    pytest.param("de", "Bewaffnete Islamisten griffen am Montag einen Militärposten bei Gao in Mali an und töteten elf Soldaten, teilte die Armee mit.", MONDAY, {"action": ("attack", "armed_clash"), "actor_text": "Bewaffnete Islamisten", "country": "MLI", "claimant_text": "Armee"}, [{"metric": "killed", "quantity_best": 11, "quantity_bound": "exact"}], id="de separable verbs"),
    pytest.param("de", "Am 9. August 2024 haben russische Truppen die ukrainische Stadt Cherson beschossen und sechs Zivilisten verletzt.", NINTH, {"action": "shelling", "actor_id": "RUS_MIL", "country": "UKR"}, [{"metric": "injured", "quantity_best": 6, "quantity_bound": "exact"}], id="de subject behind the auxiliary"),
    pytest.param("de", "Bei einem israelischen Luftangriff auf ein Wohnhaus in Beirut sind am Dienstag mindestens 14 Menschen getötet und 30 weitere verletzt worden, wie das libanesische Gesundheitsministerium mitteilte.", TUESDAY, {"action": "air_strike", "actor_id": "ISR", "country": "LBN", "claimant_text": "libanesische Gesundheitsministerium"}, [{"metric": "killed", "quantity_low": 14, "quantity_best": None, "quantity_bound": "at_least"}, {"metric": "injured", "quantity_best": 30, "quantity_bound": "exact"}], id="de passive around its clause"),
    pytest.param("de", "Acht Arbeiter wurden am Sonntag in Kaduna von Bewaffneten entführt, hieß es aus Sicherheitskreisen.", SUNDAY, {"action": "abduction", "actor_text": "Bewaffneten", "country": "NGA", "claimant_text": "Sicherheitskreisen", "claimant_type": "official_unnamed"}, [{"metric": "abducted", "quantity_best": 8, "quantity_bound": "exact"}], id="de passive with agent"),
    pytest.param("de", "Die Armee gab bekannt, dass Rebellen am Montag in Mali zwölf Soldaten getötet hätten.", MONDAY, {"action": "attack", "actor_text": "Rebellen", "recipient_text": "Soldaten", "country": "MLI", "claimant_text": "Armee"}, [{"metric": "killed", "quantity_best": 12, "quantity_bound": "exact"}], id="de verb-final clause"),
    pytest.param("de", "Bei einem Raketenangriff auf Odessa sind am Montag fünf Menschen getötet worden. Unter den Opfern sei ein Kind, sagte der Bürgermeister.", MONDAY, {"action": "missile_strike", "country": "UKR", "claimant_text": "Bürgermeister"}, [{"metric": "killed", "quantity_best": 5, "quantity_bound": "exact"}], id="de reported speech"),
    pytest.param("zh", "以色列军队8月12日空袭加沙，造成至少14人死亡，30人受伤。", MONDAY, {"action": "air_strike", "actor_id": "ISR_MIL", "country": "PSE"}, [{"metric": "killed", "quantity_low": 14, "quantity_best": None, "quantity_bound": "at_least"}, {"metric": "injured", "quantity_best": 30, "quantity_bound": "exact"}], id="zh air strike"),
    pytest.param("zh", "武装分子9日在尼日利亚绑架了20名学生。", NINTH, {"action": "abduction", "actor_text": "武装分子", "country": "NGA"}, [{"metric": "abducted", "quantity_best": 20, "quantity_bound": "exact"}], id="zh abduction"),
    pytest.param("zh", "俄罗斯军队2024年8月9日炮击哈尔科夫，打死6名平民。", NINTH, {"action": "shelling", "actor_id": "RUS_MIL", "recipient_text": "平民", "country": "UKR"}, [{"metric": "killed", "quantity_best": 6, "quantity_bound": "exact"}], id="zh shelling"),
    pytest.param("zh", "美国8月13日对伊朗实施制裁。", TUESDAY, {"action": "sanction", "actor_id": "USA", "recipient_id": "IRN"}, [{}], id="zh sanctions"),
    pytest.param("zh", "一名自杀式袭击者8月11日在喀布尔引爆炸弹，造成11人死亡。", SUNDAY, {"action": "suicide_bombing", "country": "AFG"}, [{"metric": "killed", "quantity_best": 11, "quantity_bound": "exact"}], id="zh suicide bombing"),
]  # fmt: skip

# Numbers of calibres, distances, units, sums and years.
NO_COUNT = [
    pytest.param("en", "The 93rd Brigade repelled a Russian attack near Bakhmut on Monday.", id="en brigade number"),
    pytest.param("en", "Rebels attacked a village 40 km north of Goma on Monday.", id="en kilometres"),
    pytest.param("en", "Gunmen attacked a bank in Lagos on Monday and stole 2 million dollars.", id="en money"),
    pytest.param("en", "Rebels have attacked villages in Ituri since 2017.", id="en year"),
    pytest.param("es", "Soldados rusos atacaron con proyectiles de 155 mm una aldea situada a 30 km de Járkov.", id="es calibre, kilometres"),
    pytest.param("fr", "Des rebelles ont attaqué un village situé à 40 km de Goma lundi.", id="fr kilometres"),
    pytest.param("ru", "Боевики атаковали деревню в 40 км от Гомы в понедельник.", id="ru kilometres"),
    pytest.param("zh", "武装分子星期一袭击了距戈马40公里的一个村庄。", id="zh kilometres"),
    pytest.param("tr", "İsyancılar pazartesi günü Goma'ya 40 km uzaklıktaki bir köye saldırdı.", id="tr kilometres"),
    pytest.param("id", "Pemberontak menyerang sebuah desa 40 km dari Goma pada Senin.", id="id kilometres"),
    pytest.param("pt", "Rebeldes atacaram uma aldeia a 40 km de Goma na segunda-feira.", id="pt kilometres"),
    pytest.param("ar", "هاجم المتمردون قرية تبعد 40 كيلومترا عن غوما يوم الاثنين.", id="ar kilometres"),
    pytest.param("uk", "Бойовики атакували село за 40 км від Гоми в понеділок.", id="uk kilometres"),
    pytest.param("ru", "Бойцы 93-й бригады отбили атаку российских войск под Бахмутом в понедельник.", id="ru brigade number"),
    pytest.param("uk", "Бійці 93-ї бригади відбили атаку російських військ під Бахмутом у понеділок.", id="uk brigade number"),
    pytest.param("en", "Rebels ambushed a convoy on Monday; the army said the vehicles, worth $3 million, were lost.", id="en money"),
]  # fmt: skip

ONE_OR_NONE = [
    pytest.param("en", "Israeli soldiers shot dead a 23-year-old Palestinian in Jenin on Monday.", id="en"),
    pytest.param("fr", "Un Palestinien de 23 ans a été tué par des soldats israéliens à Jénine lundi.", id="fr"),
    pytest.param("es", "Un palestino de 23 años murió por disparos de soldados israelíes en Yenín el lunes.", id="es"),
    pytest.param("pt", "Rebeldes mataram um homem de 45 anos em Goma na segunda-feira.", id="pt"),
    pytest.param("id", "Tentara Israel menembak mati pria berusia 23 tahun di Jenin pada Senin.", id="id"),
    pytest.param("tr", "İsrail askerleri pazartesi günü Cenin'de 23 yaşındaki bir Filistinliyi öldürdü.", id="tr"),
    pytest.param("zh", "以色列士兵星期一在杰宁打死一名23岁的巴勒斯坦人。", id="zh"),
    pytest.param("ar", "قتل جنود إسرائيليون فلسطينيا يبلغ من العمر 23 عاما في جنين يوم الاثنين.", id="ar"),
]  # fmt: skip

PARTS = [
    pytest.param("en", "An Israeli air strike killed 22 people, including seven children, in Gaza on Monday.", id="en"),
    pytest.param("es", "Un ataque aéreo israelí mató a 22 personas, entre ellas siete niños, en Gaza el lunes.", id="es"),
    pytest.param("fr", "Une frappe aérienne israélienne a tué 22 personnes, dont sept enfants, à Gaza lundi.", id="fr"),
    pytest.param("pt", "Um ataque aéreo israelense matou 22 pessoas, incluindo sete crianças, em Gaza na segunda-feira.", id="pt"),
    pytest.param("id", "Serangan udara Israel menewaskan 22 orang, termasuk tujuh anak, di Gaza pada Senin.", id="id"),
    pytest.param("ru", "В результате авиаудара Израиля по Газе погибли 22 человека, в том числе семь детей.", id="ru"),
    pytest.param("uk", "Унаслідок авіаудару Ізраїлю по Газі загинули 22 людини, зокрема семеро дітей.", id="uk"),
    pytest.param("tr", "İsrail'in Gazze'ye düzenlediği hava saldırısında aralarında yedi çocuğun da bulunduğu 22 kişi öldü.", id="tr"),
    pytest.param("ar", "أسفرت غارة إسرائيلية على غزة يوم الاثنين عن مقتل 22 شخصا بينهم سبعة أطفال.", id="ar"),
    pytest.param("zh", "以色列空袭加沙造成22人死亡，其中包括7名儿童。", id="zh"),
]  # fmt: skip

# 11 by the first claimant, 30 by the second.
TWO_CLAIMANTS = [
    pytest.param("en", "A bomb exploded at a market in Mogadishu on Monday. Police said 11 people were killed. Al-Shabaab said 30 soldiers were killed.", "Police", "Al-Shabaab", id="en"),
    pytest.param("fr", "Une bombe a explosé sur un marché de Mogadiscio lundi. La police a déclaré que 11 personnes ont été tuées. Le ministère de la Défense a affirmé que 30 soldats ont été tués.", "police", "ministère de la Défense", id="fr"),
    pytest.param("pt", "Uma bomba explodiu num mercado em Mogadíscio na segunda-feira. A polícia disse que 11 pessoas morreram. O Al-Shabaab afirmou que 30 soldados morreram.", "polícia", "Al-Shabaab", id="pt"),
    pytest.param("id", "Bom meledak di pasar di Mogadishu pada Senin. Polisi mengatakan 11 orang tewas. Al-Shabaab mengatakan 30 tentara tewas.", "Polisi", "Al-Shabaab", id="id"),
    pytest.param("ru", "Бомба взорвалась на рынке в Могадишо в понедельник. Полиция сообщила, что погибли 11 человек. «Аш-Шабаб» заявила, что погибли 30 солдат.", "Полиция", "Аш-Шабаб", id="ru"),
    pytest.param("uk", "Бомба вибухнула на ринку в Могадішо в понеділок. Поліція повідомила, що загинули 11 людей. «Аш-Шабаб» заявила, що загинули 30 солдатів.", "Поліція", "Аш-Шабаб", id="uk"),
    pytest.param("tr", "Mogadişu'da bir pazarda pazartesi günü bomba patladı. Polis 11 kişinin öldüğünü açıkladı. Eş-Şebab 30 askerin öldüğünü açıkladı.", "Polis", "Eş-Şebab", id="tr"),
    pytest.param("ar", "انفجرت قنبلة في سوق في مقديشو يوم الاثنين. وقالت الشرطة إن 11 شخصا قتلوا. وقالت حركة الشباب إن 30 جنديا قتلوا.", "الشرطة", "حركة الشباب", id="ar"),
    pytest.param("zh", "摩加迪沙一市场星期一发生炸弹爆炸。警方说，11人死亡。青年党说，30名士兵死亡。", "警方", "青年党", id="zh"),
    pytest.param("es", "Una bomba estalló en un mercado de Bogotá el lunes. La policía dijo que murieron 11 personas. El ELN afirmó que murieron 30 soldados.", "policía", "ELN", id="es"),
]  # fmt: skip

IRRELEVANT = [
    pytest.param("en", "Arsenal beat Chelsea 3-1 at the Emirates, with two late goals from their striker after the captain was injured.", id="en sport"),
    pytest.param("en", "The bank reported quarterly profits of 2.4 billion dollars and its shares rose 5 percent.", id="en business"),
    pytest.param("en", "Two people died and nine were injured when a bus collided with a lorry on a motorway near Leeds.", id="en accident"),
    pytest.param("en", "An earthquake of magnitude 6.3 killed at least 40 people and destroyed hundreds of homes in western Nepal.", id="en earthquake"),
    pytest.param("es", "El Sevilla ganó 3-1 al Betis con dos goles de su delantero en el partido de liga.", id="es sport"),
    pytest.param("es", "El banco anunció beneficios trimestrales de 2.400 millones de euros y sus acciones subieron un 5 por ciento.", id="es business"),
    pytest.param("es", "Dos personas murieron y nueve resultaron heridas al chocar un autobús con un camión en la autopista.", id="es accident"),
    pytest.param("es", "Un terremoto de magnitud 6,3 dejó al menos 40 muertos y destruyó cientos de casas.", id="es earthquake"),
    pytest.param("fr", "Lyon a battu Nice 3-1 en championnat grâce à deux buts de son attaquant.", id="fr sport"),
    pytest.param("fr", "La banque a annoncé un bénéfice trimestriel de 2,4 milliards d'euros et ses actions ont gagné 5 %.", id="fr business"),
    pytest.param("fr", "Deux personnes sont mortes et neuf ont été blessées dans une collision entre un autocar et un camion sur l'autoroute.", id="fr accident"),
    pytest.param("fr", "Un séisme de magnitude 6,3 a fait au moins 40 morts et détruit des centaines de maisons.", id="fr earthquake"),
    pytest.param("pt", "O Benfica venceu o Braga por 3-1 com dois gols do atacante no campeonato.", id="pt sport"),
    pytest.param("pt", "O banco anunciou lucro trimestral de 2,4 bilhões de reais e as ações subiram 5 por cento.", id="pt business"),
    pytest.param("pt", "Duas pessoas morreram e nove ficaram feridas na colisão entre um ônibus e um caminhão na rodovia.", id="pt accident"),
    pytest.param("pt", "Um terremoto de magnitude 6,3 deixou pelo menos 40 mortos e destruiu centenas de casas.", id="pt earthquake"),
    pytest.param("id", "Persib mengalahkan Persija 3-1 berkat dua gol penyerang dalam pertandingan liga.", id="id sport"),
    pytest.param("id", "Bank itu melaporkan laba kuartal sebesar 2,4 triliun rupiah dan sahamnya naik 5 persen.", id="id business"),
    pytest.param("id", "Dua orang tewas dan sembilan luka-luka dalam kecelakaan bus dan truk di jalan tol.", id="id accident"),
    pytest.param("id", "Gempa bumi berkekuatan 6,3 magnitudo menewaskan sedikitnya 40 orang dan merusak ratusan rumah.", id="id earthquake"),
    pytest.param("tr", "Galatasaray ligde Trabzonspor'u iki golle 3-1 yendi; forvet maçın yıldızı oldu.", id="tr sport"),
    pytest.param("tr", "Banka üç aylık kârını 2,4 milyar lira olarak açıkladı, hisseleri yüzde 5 yükseldi.", id="tr business"),
    pytest.param("tr", "Otoyolda otobüs ile kamyonun çarpıştığı kazada iki kişi öldü, dokuz kişi yaralandı.", id="tr accident"),
    pytest.param("tr", "6,3 büyüklüğündeki depremde en az 40 kişi öldü, yüzlerce ev yıkıldı.", id="tr earthquake"),
    pytest.param("ru", "«Зенит» обыграл «Спартак» со счётом 3:1 в матче чемпионата, нападающий забил два гола.", id="ru sport"),
    pytest.param("ru", "Банк сообщил о квартальной прибыли в 2,4 миллиарда рублей, его акции выросли на 5 процентов.", id="ru business"),
    pytest.param("ru", "Два человека погибли и девять пострадали в ДТП с автобусом и грузовиком на трассе.", id="ru accident"),
    pytest.param("ru", "Землетрясение магнитудой 6,3 унесло жизни не менее 40 человек и разрушило сотни домов.", id="ru earthquake"),
    pytest.param("uk", "«Динамо» перемогло «Шахтар» з рахунком 3:1 у матчі чемпіонату, нападник забив два голи.", id="uk sport"),
    pytest.param("uk", "Банк повідомив про квартальний прибуток у 2,4 мільярда гривень, його акції зросли на 5 відсотків.", id="uk business"),
    pytest.param("uk", "Двоє людей загинули та дев'ятеро травмовані в ДТП з автобусом і вантажівкою на трасі.", id="uk accident"),
    pytest.param("uk", "Землетрус магнітудою 6,3 забрав життя щонайменше 40 людей і зруйнував сотні будинків.", id="uk earthquake"),
    pytest.param("ar", "فاز الأهلي على الزمالك 3-1 في مباراة الدوري بعد هدفين من مهاجمه.", id="ar sport"),
    pytest.param("ar", "أعلن البنك أرباحا فصلية بلغت 2.4 مليار دولار وارتفعت أسهمه 5 في المئة.", id="ar business"),
    pytest.param("ar", "لقي شخصان مصرعهما وأصيب تسعة آخرون في حادث تصادم بين حافلة وشاحنة على الطريق السريع.", id="ar accident"),
    pytest.param("ar", "أودى زلزال بقوة 6.3 درجة بحياة 40 شخصا على الأقل ودمر مئات المنازل.", id="ar earthquake"),
    pytest.param("zh", "上海队在联赛中以3比1击败北京队，前锋攻入两球。", id="zh sport"),
    pytest.param("zh", "该银行公布季度利润24亿元，股价上涨百分之五。", id="zh business"),
    pytest.param("zh", "一辆大客车与货车在高速公路上相撞，造成两人死亡、九人受伤的交通事故。", id="zh accident"),
    pytest.param("zh", "6.3级地震造成至少40人死亡，数百间房屋倒塌。", id="zh earthquake"),
]  # fmt: skip

NOT_DONE = [
    pytest.param("en", "Israel plans to bomb Beirut next week.", id="en planned"),
    pytest.param("en", "The army will attack rebel positions in Goma next week.", id="en planned 2"),
    pytest.param("es", "El ejército planea atacar a los rebeldes en Arauca la próxima semana.", id="es planned"),
    pytest.param("fr", "L'armée prévoit d'attaquer les rebelles à Goma la semaine prochaine.", id="fr planned"),
    pytest.param("pt", "O exército planeja atacar os rebeldes em Cabo Delgado na próxima semana.", id="pt planned"),
    pytest.param("id", "Tentara berencana menyerang pemberontak di Papua pekan depan.", id="id planned"),
    pytest.param("ru", "Армия планирует атаковать повстанцев в Гоме на следующей неделе.", id="ru planned"),
    pytest.param("uk", "Армія планує атакувати повстанців у Гомі наступного тижня.", id="uk planned"),
    pytest.param("tr", "Ordu gelecek hafta isyancılara saldırmayı planlıyor.", id="tr planned"),
    pytest.param("ar", "تخطط إسرائيل لقصف بيروت الأسبوع المقبل.", id="ar planned"),
    pytest.param("zh", "军队计划下周进攻戈马的叛军。", id="zh planned"),
    pytest.param("en", "Hamas threatened to kill the hostages.", id="en threatened"),
    pytest.param("en", "North Korea threatened to attack South Korea with missiles.", id="en threatened 2"),
    pytest.param("es", "El ELN amenazó con atacar a la policía en Arauca.", id="es threatened"),
    pytest.param("fr", "Les rebelles ont menacé d'attaquer Goma.", id="fr threatened"),
    pytest.param("pt", "Os rebeldes ameaçaram atacar a capital.", id="pt threatened"),
    pytest.param("id", "Korea Utara mengancam akan menyerang Korea Selatan.", id="id threatened"),
    pytest.param("ru", "Россия пригрозила нанести удар по Киеву.", id="ru threatened"),
    pytest.param("uk", "Росія пригрозила завдати удару по Києву.", id="uk threatened"),
    pytest.param("tr", "İran İsrail'e saldırmakla tehdit etti.", id="tr threatened"),
    pytest.param("ar", "هددت إيران بقصف إسرائيل.", id="ar threatened"),
    pytest.param("zh", "朝鲜威胁要攻击韩国。", id="zh threatened"),
    pytest.param("en", "If Russia attacked Poland, NATO would respond.", id="en hypothetical"),
    pytest.param("en", "Iran could attack Israel within days, analysts said.", id="en hypothetical 2"),
    pytest.param("es", "Irán podría atacar a Israel en los próximos días.", id="es hypothetical"),
    pytest.param("fr", "L'Iran pourrait attaquer Israël dans les prochains jours.", id="fr hypothetical"),
    pytest.param("pt", "O Irã poderia atacar Israel nos próximos dias.", id="pt hypothetical"),
    pytest.param("id", "Iran mungkin menyerang Israel dalam beberapa hari.", id="id hypothetical"),
    pytest.param("ru", "Иран может атаковать Израиль в ближайшие дни.", id="ru hypothetical"),
    pytest.param("uk", "Іран може атакувати Ізраїль найближчими днями.", id="uk hypothetical"),
    pytest.param("tr", "İran önümüzdeki günlerde İsrail'e saldırabilir.", id="tr hypothetical"),
    pytest.param("ar", "قد تهاجم إيران إسرائيل في الأيام المقبلة.", id="ar hypothetical"),
    pytest.param("zh", "伊朗可能在未来几天袭击以色列。", id="zh hypothetical"),
    pytest.param("en", "Russia denied that its forces had shelled the hospital in Mariupol.", id="en denied"),
    pytest.param("en", "The army did not attack the village of Tonota, a spokesman said.", id="en denied 2"),
    pytest.param("es", "El ejército negó haber atacado la aldea.", id="es denied"),
    pytest.param("fr", "L'armée a nié avoir bombardé le village.", id="fr denied"),
    pytest.param("pt", "O exército negou ter atacado a aldeia.", id="pt denied"),
    pytest.param("id", "Militer membantah menyerang desa itu.", id="id denied"),
    pytest.param("ru", "Армия отрицает, что обстреляла больницу.", id="ru denied"),
    pytest.param("uk", "Армія заперечує, що обстріляла лікарню.", id="uk denied"),
    pytest.param("tr", "Ordu köye saldırdığını yalanladı.", id="tr denied"),
    pytest.param("ar", "نفى الجيش قصف القرية.", id="ar denied"),
    pytest.param("zh", "军方否认炮击该村。", id="zh denied"),
]  # fmt: skip

# Language, text, and what one of the claims says: each a rule of the clause grammar.
RULES = [
    pytest.param(
        "ar",
        "قُتل 40 مدنيا، بينهم سبعة أطفال، في غارات إسرائيلية على رفح يوم الاثنين.",
        {"action": "air_strike", "actor_id": "ISR", "quantity_best": 40},
        id="ar whose strikes they were, and how many died",
    ),
    pytest.param(
        "tr",
        "Kabil'de pazartesi günü meydana gelen patlamada dokuz asker öldü.",
        {"action": "bombing", "claim_mode": "asserted", "quantity_best": 9},
        id="tr a locative is no denial",
    ),
    pytest.param(
        "zh",
        "武装分子周一在卡齐纳州向正在祷告的村民开枪，打死12人。",
        {"action": "shooting", "actor_text": "武装分子", "recipient_text": "村民"},
        id="zh a preposition before a described noun",
    ),
    pytest.param(
        "ru",
        "Военные заявили, что освободили 15 заложников.",
        {"action": "release", "actor_text": "Военные"},
        id="ru soldiers tell what they did",
    ),
    pytest.param(
        "uk",
        "У понеділок російські війська обстріляли Київ, загинули троє людей.",
        {"action": "shelling", "place_text": "Київ"},
        id="uk a capital that is hit is where it happened",
    ),
    pytest.param(
        "en",
        "A car bomb exploded in Mogadishu on Monday, killing nine people. Al-Shabaab claimed responsibility.",
        {"action": "bombing", "actor_id": "AL_SHABAAB"},
        id="en who claims an attack did it",
    ),
    pytest.param(
        "ru",
        "В Кабуле в воскресенье взорвалась бомба, погибли девять человек. Ответственность взяла на себя группировка ИГИЛ.",
        {"action": "bombing", "actor_id": "ISIS"},
        id="ru who claims an attack did it",
    ),
    pytest.param(
        "en",
        "Houthi rebels detained three aid workers in Sanaa on Monday.",
        {"action": "abduction", "actor_id": "HOUTHI"},
        id="en rebels cannot arrest",
    ),
    pytest.param(
        "en",
        "Ukraine demanded from Russia an immediate withdrawal.",
        {"action": "demand", "recipient_id": "RUS"},
        id="en demanded from",
    ),
    pytest.param(
        "zh",
        "俄军发射72架无人机，其中57架被乌克兰防空部队击落。",
        {"action": "interception", "metric": "equipment_lost", "quantity_best": 57},
        id="zh a share of what was fired",
    ),
    pytest.param(
        "ru",
        "В результате нападения боевиков в понедельник убиты семь полицейских.",
        {"metric": "killed", "quantity_best": 7, "recipient_text": "полицейских", "actor_text": "боевиков"},
        id="ru the owner of an attack is not its victim",
    ),
    pytest.param(
        "ru",
        "В Мали убиты трое солдат. Агентству Франс Пресс рассказал об этом губернатор.",
        {"metric": "killed", "claimant_text": "губернатор"},
        id="ru a dative does not speak",
    ),
    pytest.param(
        "tr",
        "Köylülere ateş açan militanlar dokuz kişiyi öldürdü.",
        {"metric": "killed", "quantity_best": 9, "actor_text": "militanlar"},
        id="tr the noun behind a participle acts",
    ),
    pytest.param(
        "tr",
        "Savunma Bakanlığı, Suriye'nin kuzeyinde dört teröristin öldürüldüğünü bildirdi.",
        {"metric": "killed", "quantity_best": 4, "claimant_text": "Savunma Bakanlığı"},
        id="tr the opening party speaks",
    ),
    pytest.param(
        "ar",
        "خطف مسلحون مجهولون رئيس بلدية في شمال مالي يوم الاثنين.",
        {"action": "abduction", "actor_text": "مسلحون مجهولون"},
        id="ar a plural with nun owns nothing",
    ),
    pytest.param(
        "en",
        "Ukraine shot down 57 of the 72 drones launched by Russia on Monday.",
        {"action": "interception", "quantity_best": 57, "recipient_id": "RUS"},
        id="en a number of a number, and whose weapons",
    ),
    pytest.param(
        "ru",
        "В понедельник уничтожены 14 беспилотников, сообщил губернатор.",
        {"action": "interception", "metric": "equipment_lost", "quantity_best": 14},
        id="ru who destroys drones intercepts them",
    ),
    pytest.param(
        "uk",
        "Журналістку поранив невідомий у Києві в понеділок.",
        {"recipient_text": "Журналістку", "actor_text": "невідомий"},
        id="uk an object in front",
    ),
    pytest.param(
        "uk",
        "Росія обстріляла Харків. За даними обласної прокуратури, 48 поранено.",
        {"metric": "injured", "quantity_best": 48, "recipient_text": None},
        id="uk a source is no victim",
    ),
    pytest.param(
        "tr",
        "Irak ordusu, Musul'da sekiz militanı öldürdüğünü açıkladı.",
        {"metric": "killed", "quantity_best": 8, "actor_id": "IRQ_MIL"},
        id="tr who reports an act of his own",
    ),
    pytest.param(
        "ar",
        "شنت مقاتلات إسرائيلية بعد ظهر الاثنين غارات على دمشق.",
        {"action": "air_strike", "actor_id": "ISR_MIL"},
        id="ar a time of day opens no clause",
    ),
    pytest.param(
        "zh",
        "真主党宣布，向以色列北部发射数十枚火箭弹。",
        {"action": "missile_strike", "actor_id": "HEZBOLLAH"},
        id="zh the speaker is the subject left out",
    ),
]


def article(language: str, text: str) -> dict[str, Any]:
    return {"article_id": f"a_{0:020}", "language": language, "text": text, "title": None, "published": PUBLISHED}


def extract(extractor: Extractor, language: str, text: str) -> Rows:
    return extractor.extract(article(language, text))[0]


def says(row: dict[str, Any], expected: dict[str, Any]) -> bool:
    return all(row[key] in (value if isinstance(value, tuple) else (value,)) for key, value in expected.items())


@pytest.mark.parametrize(("language", "text", "day", "common", "each"), NEWS)
def test_news_says_who_did_what_to_whom(
    extractor: Extractor, language: str, text: str, day: date, common: dict[str, Any], each: Rows
) -> None:
    claims = extract(extractor, language, text)
    common = {"event_date_start": day, "event_date_end": day, "claim_mode": "asserted"} | common
    wrong = [{key: row[key] for key in common} for row in claims if not says(row, common)]
    assert claims
    assert extractor.is_relevant(text, language)
    assert not wrong
    assert len({row["mention_id"] for row in claims}) == 1
    for expected in each:
        assert [row for row in claims if says(row, expected)], expected
    assert sum(row["metric"] is not None for row in claims) == sum("metric" in expected for expected in each)


@pytest.mark.parametrize(("language", "text", "expected"), RULES)
def test_a_clause_is_read_by_its_grammar(
    extractor: Extractor, language: str, text: str, expected: dict[str, Any]
) -> None:
    rows = extract(extractor, language, text)
    assert any(says(row, expected) for row in rows), rows


def test_a_running_total_is_a_casualty_report(extractor: Extractor) -> None:
    text = "At least 39,000 Palestinians have been killed in Gaza since October, the Gaza health ministry said."
    (claim,) = extract(extractor, "en", text)
    assert (claim["action"], claim["accounting"], claim["quantity_low"]) == ("casualty_report", "cumulative", 39_000)
    assert (claim["event_date_start"], claim["event_date_end"]) == (date(2023, 10, 1), PUBLISHED)


def test_an_old_act_is_historical(extractor: Extractor) -> None:
    (claim,) = extract(extractor, "en", "Militants killed 12 soldiers in Borno in 2016.")
    assert (claim["claim_mode"], claim["date_precision"], claim["quantity_best"]) == ("historical", "year", 12)


@pytest.mark.parametrize(
    ("text", "action", "actors", "recipients"),
    [
        pytest.param("Oslavia restored full diplomatic relations with Treland on Monday.", "agreement", {"Oslavia"}, {"Treland"}, id="restored relations"),
        pytest.param("Oslavia on Monday condemned the government of Treland.", "accusation", {"Oslavia"}, {"government of Treland"}, id="unknown name first"),
        pytest.param("Belmark, Treland, Mirova and Oslavia condemned Iran.", "accusation", {"Belmark", "Treland", "Mirova", "Oslavia"}, {"Iran"}, id="enumeration first"),
        pytest.param("Kenya rejected an offer from Sudan for direct talks between the two neighbours.", "denial", {"Kenya"}, {"Sudan"}, id="whose offer is refused"),
        pytest.param("The Kenyan president visited Sudan and Ethiopia to condemn Iran.", "negotiation", {"Kenyan president"}, {"Sudan", "Ethiopia"}, id="both are visited"),
        pytest.param("General Hamid bin Omar al-Karim condemned Iran.", "accusation", {"General Hamid bin Omar al-Karim"}, {"Iran"}, id="particles of a name"),
        pytest.param("Soldiers from Treland besieged Kenya.", "blockade", {"Soldiers from Treland"}, {"Kenya"}, id="origin of a subject"),
        pytest.param("Iran said it would boycott Iraq.", "threat", {"Iran"}, {"Iraq"}, id="punishment announced"),
        pytest.param("Turkish troops shelled positions of the Kurdish rebels.", "shelling", {"Turkish troops"}, {"Kurdish rebels"}, id="whose positions"),
        pytest.param("Chadian troops have retaken Sudan.", "territory_gain", {"Chadian troops"}, {"Sudan"}, id="perfect of a participle"),
        pytest.param("Spain and Iran agreed to resume talks.", "agreement", {"Spain", "Iran"}, {"Spain", "Iran"}, id="each with the other"),
        pytest.param("Farmers and students blocked a road in Lima to demand the release of the President of Peru.", "protest", {"Farmers", "students"}, {"President of Peru"}, id="road blocked by farmers"),
        pytest.param("Spain lifted its embargo against Iran, the foreign ministry said on Monday.", "withdrawal", {"Spain"}, {"Iran"}, id="speaker is no object"),
        pytest.param("Treland border officials condemned Iran.", "accusation", {"Treland border officials"}, {"Iran"}, id="unknown name before a noun"),
        pytest.param("Treland and the once mighty Oslavia condemned Iran.", "accusation", {"Treland", "Oslavia"}, {"Iran"}, id="joined name described"),
        pytest.param("Treland and the government of Oslavia condemned Iran.", "accusation", {"Treland", "government of Oslavia"}, {"Iran"}, id="name joined to a noun"),
        pytest.param("Kenya and Sudan said they will ask Iran to withdraw.", "demand", {"Kenya", "Sudan"}, {"Iran"}, id="they are both"),
        pytest.param("Kenya is edging closer to a peace deal with Sudan.", "agreement", {"Kenya", "Sudan"}, {"Kenya", "Sudan"}, id="deal of the subject"),
        pytest.param("The Kenyan army clashed over the plans of Sudan.", "armed_clash", {"Kenyan army"}, {"Sudan"}, id="clash about a party"),
        pytest.param("Iran hacked into the servers of Kenyan officers.", "cyber_attack", {"Iran"}, {"Kenyan officers"}, id="whose servers"),
        pytest.param("Kenya deplored the demolition of huts in Gulu.", "accusation", {"Kenya"}, {"Gulu"}, id="town criticised"),
        pytest.param("A camp for Sudanese refugees was attacked by Kenyan rebels.", "attack", {"Kenyan rebels"}, {"Sudanese refugees"}, id="whose camp was attacked"),
        pytest.param("Kenya threatened to block the vote in Gulu if Sudan, its rival, sends monitors.", "threat", {"Kenya"}, {"Gulu"}, id="town before a condition"),
        pytest.param("Kenya closed its northern border with Sudan.", "sanction", {"Kenya"}, {"Sudan"}, id="side of a border"),
    ],
)  # fmt: skip
def test_words_between_states_have_two_parties(
    extractor: Extractor, text: str, action: str, actors: set[str], recipients: set[str]
) -> None:
    rows = [row for row in extract(extractor, "en", text) if row["action"] == action]
    assert {row["actor_text"] for row in rows} == actors
    assert {row["recipient_text"] for row in rows} == recipients


def test_ties_that_others_hail_are_no_act(extractor: Extractor) -> None:
    rows = extract(extractor, "en", "Kenya welcomed a resumption of diplomatic ties with Iran.")
    assert {row["action"] for row in rows} == {"statement"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("en", "Iran threatened to attack Israel.", id="en"),
        pytest.param("fr", "L'Iran a menacé d'attaquer Israël.", id="fr"),
        pytest.param("id", "Iran mengancam akan menyerang Israel.", id="id"),
    ],
)
def test_a_threat_is_made_and_what_it_threatens_is_not(extractor: Extractor, language: str, text: str) -> None:
    modes = {row["action"]: row["claim_mode"] for row in extract(extractor, language, text)}
    assert modes == {"threat": "asserted", "attack": "threatened"}


@pytest.mark.parametrize(("language", "text"), NO_COUNT)
def test_other_numbers_are_no_counts(extractor: Extractor, language: str, text: str) -> None:
    claims = extract(extractor, language, text)
    assert claims
    assert [row["quantity_text"] for row in claims if row["metric"] is not None] == []


def test_a_calibre_does_not_take_the_place_of_the_dead(extractor: Extractor) -> None:
    text = "Troops fired 155 mm shells at Kupiansk on Monday, killing three soldiers."
    (claim,) = extract(extractor, "en", text)
    assert (claim["action"], claim["metric"], claim["quantity_best"]) == ("shelling", "killed", 3)


@pytest.mark.parametrize(("language", "text"), ONE_OR_NONE)
def test_an_age_is_no_count(extractor: Extractor, language: str, text: str) -> None:
    claims = extract(extractor, language, text)
    assert claims
    assert {row["quantity_best"] for row in claims} <= {1, None}


@pytest.mark.parametrize(("language", "text"), PARTS)
def test_a_part_is_not_added_to_its_whole(extractor: Extractor, language: str, text: str) -> None:
    claims = extract(extractor, language, text)
    assert [(row["action"], row["metric"], row["quantity_best"]) for row in claims] == [("air_strike", "killed", 22)]


@pytest.mark.parametrize(("language", "text", "first", "second"), TWO_CLAIMANTS)
def test_two_claimants_make_two_mentions(
    extractor: Extractor, language: str, text: str, first: str, second: str
) -> None:
    claims = extract(extractor, language, text)
    tolls = [(row["claimant_text"], row["quantity_best"]) for row in claims]
    assert tolls == [(first, 11), (second, 30)]
    assert {row["action"] for row in claims} == {"bombing"}
    assert len({row["mention_id"] for row in claims}) == 2


@pytest.mark.parametrize(("language", "text"), IRRELEVANT)
def test_other_news_gives_no_claim(extractor: Extractor, language: str, text: str) -> None:
    assert extractor.extract(article(language, text)) == ([], [])


@pytest.mark.parametrize(("language", "text"), NOT_DONE)
def test_what_was_not_done_is_not_asserted(extractor: Extractor, language: str, text: str) -> None:
    claims = extract(extractor, language, text)
    assert claims
    # A threat is itself an act; what it threatens is none.
    assert [row["action"] for row in claims if row["claim_mode"] == "asserted" and row["action"] != "threat"] == []


def test_a_language_without_a_lexicon_gives_no_claim(extractor: Extractor) -> None:
    assert extractor.extract(article("pl", "Wojsko ostrzelało w poniedziałek wieś.")) == ([], [])


# ---------------------------------------------------------------------------- whatever the text

TEXTS = [str(case.values[1]) for case in (*NEWS, *PARTS, *TWO_CLAIMANTS, *NOT_DONE, *IRRELEVANT)]
LANGUAGES = sorted({str(case.values[0]) for case in NEWS})
HOSTILE = ["\x00", "\u202e", "\u200f", "\ufeff", "\u0301", "\r\n", "\n\n", "((((", "“", "»", "'", "’", "1,2,3,4", "9" * 400, "٣", "百万",
           "-- ", "[Text] ", "\U0001f4a5", "A.B.C. ", "$", "=HYPERLINK(1)", "</script>", "%s{}"]  # fmt: skip


@st.composite
def hostile_articles(draw: st.DrawFn) -> dict[str, Any]:
    """Draws an article of cut, mixed, shuffled and spoilt pieces of news in any script."""
    pieces = []
    for text in draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4)):
        start = draw(st.integers(0, len(text) // 2))
        pieces.append(text[start : draw(st.integers(start, len(text)))] if draw(st.booleans()) else text)
        pieces.append(draw(st.sampled_from([" ", "\n", "", *HOSTILE])))
    text = "".join(pieces)
    if draw(st.booleans()):
        words = text.split(" ")
        random.Random(draw(st.integers(0, 99))).shuffle(words)
        text = " ".join(words)
    at = draw(st.integers(0, len(text)))
    text = text[:at] + draw(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=6))) + text[at:]
    made = article(draw(st.sampled_from(LANGUAGES)), text)
    return made | {
        "title": draw(st.sampled_from([None, "", text[:40]])),
        "published": draw(st.sampled_from([None, date(1970, 1, 1), PUBLISHED])),
    }


@given(made=hostile_articles())
@settings(deadline=None, max_examples=60)
def test_rows_of_any_text_keep_the_contract(extractor: Extractor, made: dict[str, Any]) -> None:
    claims, evidence = extractor.extract(made)
    text = made["text"]
    for row in claims:
        assert row.keys() == table_types(Claims).keys()
        assert 0 <= row["char_start"] < row["char_end"] <= len(text)
        assert text[row["char_start"] : row["char_end"]] == row["quote"]
        stated = [row[key] for key in ("quantity_low", "quantity_best", "quantity_high") if row[key] is not None]
        assert stated == sorted(stated)
        assert 0 <= row["confidence"] <= 1
        if row["event_date_start"] is not None and row["event_date_end"] is not None:
            assert row["event_date_start"] <= row["event_date_end"]
    ids = [row["claim_id"] for row in claims]
    assert len(set(ids)) == len(ids)
    for proof in evidence:
        assert proof.keys() == table_types(ClaimEvidence).keys()
        assert text[proof["char_start"] : proof["char_end"]] == proof["words"]
    assert {proof["claim_id"] for proof in evidence} == set(ids)
    assert extractor.extract(made) == (claims, evidence)
