"""Short lists of names for countries that Faker lacks, by general knowledge, the more frequent first.

Each entry: women's names, men's names, family names. In Eritrea, Ethiopia and Somalia the name after the given name is
the father's and the grandfather's; there the men's names serve as family names.
"""

OWN_LISTS: dict[str, tuple[str, str, str]] = {
    "gambian": (
        (
            "Fatou Mariama Isatou Awa Binta Haddy Kaddijatou Ramatoulie Jainaba Oumie Sainabou Fatoumata Amie "
            "Nyima Sirra"
        ),
        ("Lamin Modou Ebrima Ousman Alhagie Momodou Bakary Musa Omar Sulayman Abdoulie Yankuba Saikou Buba Kebba"),
        (
            "Jallow Ceesay Touray Jobe Bah Camara Sanneh Barrow Njie Sowe Jammeh Darboe Drammeh Saidy Fofana Sarr "
            "Conteh Jatta"
        ),
    ),
    "guinean": (
        "Fatoumata Mariama Aissatou Kadiatou Aminata Hawa Djenabou Oumou Hadja Binta Mariame Ramatoulaye Nene",
        (
            "Mamadou Alpha Ibrahima Amadou Abdoulaye Ousmane Thierno Mohamed Boubacar Souleymane Sekou Alseny "
            "Lansana Moussa"
        ),
        "Diallo Bah Barry Camara Sow Conde Sylla Keita Toure Bangoura Soumah Balde Traore Kaba Conte Cisse",
    ),
    "sierra_leonean": (
        "Fatmata Mariama Isata Aminata Kadiatu Hawa Adama Zainab Memunatu Isatu Mabinty Yeabu Finda Sia Kumba",
        ("Mohamed Ibrahim Abdul Alhaji Abu Sorie Foday Alusine Alpha Brima Sahr Tamba Ishmael Mustapha Lansana Osman"),
        (
            "Kamara Sesay Bangura Koroma Conteh Kargbo Turay Mansaray Jalloh Kanu Barrie Bah Fofanah Dumbuya "
            "Kallon Thoronka"
        ),
    ),
    "eritrean": (
        "Selam Feven Rahwa Helen Bisrat Semhar Saba Winta Luwam Mehret Azieb Ruta Yordanos Merhawit Eden",
        (
            "Yonas Filmon Samuel Abel Robel Tesfay Kidane Mehari Berhane Tekle Habtom Gebremeskel Haile Mulugeta "
            "Amanuel Merhawi"
        ),
        "",
    ),
    "ethiopian": (
        "Hiwot Tigist Meron Selamawit Bethlehem Hanna Rahel Mekdes Genet Aster Almaz Kidist Marta Senait",
        ("Abebe Tesfaye Getachew Dawit Bekele Girma Haile Tadesse Solomon Yohannes Mulugeta Kebede Alemu Worku Desta"),
        "",
    ),
    "somali": (
        "Fadumo Hodan Amina Sahra Halimo Khadija Faduma Ifrah Nimco Hamdi Maryan Asha Sagal Ubah",
        (
            "Mohamed Abdi Ahmed Ali Hassan Omar Yusuf Ibrahim Abdullahi Farah Hussein Ismail Mahad Abdirahman "
            "Warsame Nur"
        ),
        "",
    ),
    "ugandan": (
        ("Nakato Babirye Prossy Aisha Winnie Brenda Juliet Sarah Esther Florence Christine Irene Joan Harriet Doreen"),
        "Moses Ronald Ivan Brian Joseph Isaac Julius David Robert Patrick Emmanuel Hassan Simon Godfrey Denis",
        (
            "Nakato Okello Mugisha Ssemakula Namukasa Nansubuga Kato Wasswa Nabirye Tumusiime Opio Lubega "
            "Kiggundu Nalubega Namutebi Kyomuhendo Akello Byaruhanga Ssali Musoke Nakimuli Mukasa"
        ),
    ),
    "cameroonian": (
        "Marie Solange Brigitte Chantal Estelle Carine Sandrine Clarisse Nadege Mireille Odette Pauline",
        "Jean Emmanuel Paul Serge Patrick Herve Alain Eric Thierry Blaise Rodrigue Cedric",
        ("Ngo Mbarga Nkeng Fotso Kamga Tchoumi Talla Ngono Atangana Essomba Nana Njoya Abanda Tabi Ndongo Ekane"),
    ),
    "syrian": (
        "Fatima Noor Rana Hiba Aya Reem Rima Samar Lina Maryam Amal Huda Salma Yasmin Ghada Dima",
        (
            "Mohammed Ahmad Omar Khaled Ali Mahmoud Yousef Hassan Ibrahim Abdullah Hussein Mustafa Bassel Anas "
            "Wael Samer"
        ),
        (
            "al-Ahmad al-Hassan al-Ali al-Mohammed Khalil Haddad Darwish al-Khatib Hamdan Shaaban Issa Najjar al- "
            "Masri Qasim Sabbagh Hamwi al-Hussein Suleiman Kurdi"
        ),
    ),
    "moroccan": (
        ("Fatima Khadija Naima Samira Hanan Salma Imane Fatiha Karima Malika Nora Yasmina Ikram Hajar Loubna Siham"),
        (
            "Mohamed Ahmed Rachid Youssef Hassan Mustapha Said Karim Abdellah Hamza Ayoub Ilias Bilal Omar Nabil "
            "Abdelkader"
        ),
        (
            "Bouzid el Amrani Benali Aarab el Idrissi Bouali Haddou el Khattabi Amghar Ouali Azzouzi Chaoui "
            "Mansouri Belkacem Tahiri Bakkali Zeroual el Hamdaoui Yahiaoui"
        ),
    ),
    "albanian": (
        "Elira Arta Drita Mimoza Vjollca Besa Ermira Lindita Blerta Anila Valbona Majlinda",
        "Arben Agim Besnik Ilir Genti Altin Bujar Fatmir Dritan Luan Gazmend Ardit",
        "Hoxha Shehu Prifti Gjoka Hysa Leka Dervishi Kola Marku Meta Gashi Krasniqi Berisha Çela Muça",
    ),
    "filipino": (
        "Maria Rosa Jocelyn Maricel Analyn Rowena Cristina Marites Jennifer Lourdes Grace Angelica",
        "Jose Juan Mark John Michael Ramon Eduardo Antonio Rodel Jerome Christian Rommel",
        ("Santos Reyes Cruz Bautista Ocampo Garcia Mendoza Torres Flores Ramos Aquino Villanueva Dela Cruz Castillo"),
    ),
    "chinese": (
        "Fang Na Min Jing Xiuying Li Yan Juan Xia Guiying Mei Ying Hong Xiaoyan Lan Ting",
        "Wei Qiang Lei Yang Yong Jun Jie Tao Ming Chao Gang Ping Hui Jianguo Bin Zhiqiang",
        (
            "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie "
            "Tang Xue Cheng"
        ),
    ),
}

# Vietnamese family names with their share of the population; the first stands alone far above the rest.
VIETNAMESE_SHARES: dict[str, float] = {
    "Nguyễn": 0.38,
    "Trần": 0.11,
    "Lê": 0.095,
    "Phạm": 0.07,
    "Hoàng": 0.05,
    "Phan": 0.045,
    "Vũ": 0.039,
    "Đặng": 0.021,
    "Bùi": 0.02,
    "Đỗ": 0.014,
    "Hồ": 0.013,
    "Ngô": 0.013,
    "Dương": 0.01,
    "Lý": 0.005,
}
