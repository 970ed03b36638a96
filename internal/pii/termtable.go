package pii

import "strings"

// termGroups is the table of keys that tell what their value is. Words are
// lower case and apart, as normalize writes them.
var termGroups = []termGroup{
	{term{keyHide, ruleCredential, matchAnywhere}, `password, passwords, passwd, passphrase, pwd, pword, passcode, pass word, pass phrase, pass code, secret, secrets,
		client secret, client key data, secret key, api key, apikey, api keys, access key, private key, privatekey, privkey, tls key, ssl key, encryption key, signing key, master key,
		account key, shared key, ssh key, deploy key, subscription key, functions key, app key, auth key, license key, shared access key,
		storage key, session key, service key, hmac key, webhook key, credential, credentials, creds, cred, token, access token, accesstoken,
		refresh token, refreshtoken, id token, idtoken, auth token, authtoken, bearer token, session token, api token, security token,
		csrf, csrf token, csrftoken, xsrf, xsrf token, csrfmiddlewaretoken, requestverificationtoken, otp, otp code, totp, mfa code,
		mfa token, two factor code, tfa code, verification code, login code, sms code, one time code, security answer, recovery code, recovery codes, backup code, backup codes,
		auth code, authorization code, code verifier, client assertion, bearer, mnemonic, seed phrase, recovery phrase,
		connection secret, keystore pass, storepass, keypass, psk, pre shared key, preshared key, presharedkey, wpa passphrase, wifi key, wi fi key, wlan key, wep key, network security key, snmp community, community string, requirepass, masterauth, sasl password, pgpassword, mysql pwd`},
	{term{keyHide, ruleCredential, matchLast}, `auth, pass, pin, pin code, pincode, assertion, jwt, x amz credential, x goog credential, x amz signature,
		x goog signature, awsaccesskeyid, samlresponse, samlrequest, saml response, userpass,
		pw, pswd, bindpw, dbpw, rootpw, adminpw, userpw`},
	// Other languages.
	{term{keyHide, ruleCredential, matchEnd}, `passwort, kennwort, geheimnis, contrasena, contraseña, clave secreta, mot de passe, motdepasse,
		senha, wachtwoord, haslo, hasło, losenord, lösenord, adgangskode, passord, salasana, parola, sifre, şifre, пароль, heslo, jelszo,
		パスワード, 密码, 密碼, 비밀번호, 口令, 暗証番号, 암호, contrasenya, palavra passe, palavrapasse, kodeord, lykilorð, parolă, парола, slaptažodis, slaptazodis,
		parool, lozinka, lösen, zugangscode, geheimzahl, palabra clave, код доступа, секретный ключ, κωδικός, סיסמה, كلمة المرور, पासवर्ड, รหัสผ่าน, mật khẩu,
		kata sandi, katasandi`},
	{term{keyAuth, ruleAuthScheme, matchLast}, `authorization, proxy authorization, authorization header, auth header, x authorization`},
	{term{keyCookie, ruleCookie, matchLast}, `cookie, set cookie, cookies, cookie header, set cookie header`},
	{term{keyHide, ruleSession, matchEnd}, `session id, sessionid, sess id, sid, jsessionid, phpsessid, connect sid, asp net session id`},
	{term{keyHide, ruleSession, matchExact}, `session`},
	// Not what they look like: paging cursors, cancellation, language models' units.
	{term{keyScan, ruleNone, matchLast}, `page token, next token, next page token, continuation token, sync token, cancellation token,
		cancel token, stop token, username token, usernametoken, image pull secrets, imagepullsecrets, security token reference, securitytokenreference, token text, eos token, bos token, pad token, unk token, sep token, cls token, mask token, primary key, foreign key, public key, partition key, cache key, sort key, routing key,
		password encryption, idempotency key, message key, row key, object key, key token`},

	{term{keyHide, ruleEmail, matchEnd}, `email, emails, e mail, email address, emailaddress, email id, mail address, user email, correo,
		correo electronico, correo electrónico, courriel, e post, sähköposti, 電子メール, 邮件地址, 电子邮箱, эл почта, электронная почта, eposta, e posta, adres e mail, メール, 邮箱, 이메일`},
	{term{keyHide, rulePhone, matchEnd}, `phone, phones, phonenumber, phone number, telephone, tel number, telephone number, mobile number,
		mobile phone, mobile no, mobilenumber, msisdn, cell phone, cellphone, cell number, fax, fax number, whatsapp number, telefon,
		telefono, teléfono, telefone, telefoonnummer, telefonnummer, telefoon, handynummer, mobiltelefon, portable number, телефон,
		電話番号, 电话, 电话号码, 電話, 手机, 手机号, 手机号码, 手機, 手機號碼, 携帯電話, 携帯番号, 전화번호, 휴대폰, 휴대폰번호, telefonszám, telefonas, puhelin, puhelinnumero, sími,
		telefono cellulare, numer telefonu, telefonní číslo, τηλέφωνο, טלפון, هاتف, رقم الهاتف, फ़ोन, โทรศัพท์, điện thoại, мобильный телефон, номер телефона`},
	{term{keyHide, rulePhone, matchLast}, `mobile, tel, cell`},
	{term{keyHide, ruleCard, matchEnd}, `card number, cardnumber, card no, cardno, credit card, creditcard, credit card number,
		creditcardnumber, debit card, cc number, ccnumber, cc num, ccnum, card pan, primary account number, kartennummer,
		numero de tarjeta, numero carte`},
	{term{keyHide, ruleCard, matchExact}, `pan`},
	{term{keyHide, ruleCardCode, matchLast}, `cvv, cvc, csc, cvn, cvv code, cvc code, card cvc, security code, card code,
		card verification value, card verification code, card security code`},
	{term{keyHide, ruleIBAN, matchEnd}, `iban, iban number`},
	{term{keyHide, ruleBankAccount, matchEnd}, `account number, accountnumber, bank account, bank account number, routing number,
		sort code, sortcode, aba number, aba routing, kontonummer, numero de cuenta`},
	{term{keyHide, ruleUSSSN, matchEnd}, `ssn, social security, social security number, socialsecuritynumber`},
	{term{keyHide, ruleNationalID, matchEnd}, `national id, national identity, national insurance, nino, national insurance number,
		sin number, social insurance number, tax id, taxid, tax number, tax identification number, tin number, passport, passport number,
		passport no, passportnumber, driver license, drivers license, driver licence, driving licence, driving license,
		driver license number, license plate, identity card, identity number, id card number, citizen id, personal id number,
		personnummer, fodselsnummer, cpr number, steuer id, steuernummer, sozialversicherungsnummer, codice fiscale, codicefiscale, nif,
		dni, nie, curp, cpf, cnpj, aadhaar, aadhar, pesel, bsn, burgerservicenummer, nhs number, medicare number, mynumber`},
	{term{keyClient, ruleClientIP, matchLast}, `client address, client ip, clientip, client addr, client ip address, user ip, user ip address,
		user address, remote ip, remoteip, remote addr, remoteaddr, remote address, remote host, x forwarded for,
		x real ip, x client ip, true client ip, cf connecting ip, forwarded, sock peer addr, caller ip, visitor ip, http client ip,
		source ip, last login ip, login ip, enduser ip`},
	{term{keyIdent, ruleNone, matchLast}, `host ip, pod ip, node ip, server ip, peer ip, host address, server address, local address, listen address,
		network peer address, network local address, net peer ip, net host ip, destination address, destination ip, server ip address,
		host ip address, upstream address, upstream addr, endpoint, bind address, version, user agent original, http user agent, user agent`},
	{term{keyHide, ruleMAC, matchLast}, `mac address, macaddress, mac addr`},
	{term{keyHide, ruleName, matchLast}, `first name, firstname, last name, lastname, middle name, middlename, full name, fullname,
		given name, givenname, given names, family name, familyname, maiden name, maidenname, surname, forename, card holder, cardholder,
		cardholder name, card holder name, holder name, name on card, customer name, customername, contact name, recipient name,
		employee name, patient name, guest name, billing name, shipping name, sender name, beneficiary name, account holder,
		legal name, mothers maiden name, real name, vorname, nachname, familienname, geburtsname, prenom, prénom, nom de famille,
		apellido, apellidos, nombre completo, sobrenome, nome completo, cognome, achternaam, voornaam, imie, imię, nazwisko, fornavn, etternavn, etunimi, sukunimi, jméno, příjmení, vezetéknév, keresztnév, vollständiger name, nom complet, 名前, 名字, 성명,
		efternamn, förnamn, efternavn, soyadi, soyad, фамилия, имя отчество, 氏名, 姓名, 이름`},
	{term{keyHide, ruleAddress, matchLast}, `home address, street, street address, streetaddress, street name, address line, addressline,
		postal address, mailing address, shipping address, shippingaddress, billing address, billingaddress, delivery address,
		deliveryaddress, residential address, customer address, contact address, user postal address, residence address, strasse,
		straße, anschrift, wohnadresse, direccion, dirección, adresse postale, endereco, endereço, indirizzo, straatnaam, adres zamieszkania,
		住所, 地址, 주소`},
	{term{keyPostal, ruleAddress, matchExact}, `address, addr, adresse, address full`},
	{term{keyHide, ruleBirthDate, matchLast}, `dob, birth date, birthdate, birthday, date of birth, dateofbirth, birth day, born on,
		year of birth, birth year, geburtsdatum, geburtstag, fecha de nacimiento, fecha nacimiento, date de naissance, date naissance, data de nascimento,
		data nascimento, data di nascita, geboortedatum, data urodzenia, fodselsdato, fødselsdato, fodselsdag, fødselsdag, födelsedatum, syntymäaika, dogum tarihi, doğum tarihi,
		datum narození, születési dátum, data nașterii, дата на раждане, ngày sinh, tanggal lahir, 出生年月日, дата рождения, 生年月日, 出生日期, 생년월일`},
	{term{keyHide, ruleLocation, matchLast}, `user latitude, user longitude, user lat, user lng, user lon, home latitude, home longitude,
		home lat, home lng, home lon, user geo, user location, home location, client geo lat, client geo lon, geo location lat, geo location lon`},
	{term{keyHide, ruleHealth, matchEnd}, `mrn, medical record, medical record number, patient id, patientid, diagnosis, diagnoses,
		medical condition, medical history, health insurance number, prescription, blood type`},
	{term{keyHide, ruleSpecial, matchLast}, `salary, religion, ethnicity, race ethnicity, sexual orientation, political affiliation,
		political opinion, trade union, union membership, nationality ethnic, income, annual income`},
	{term{keyHide, ruleDevice, matchEnd}, `imei, imsi, iccid`},
	{term{keySQL, ruleNone, matchLast}, `db query text, db statement, sql query, sql, sql text, statement`},
	{term{keyLink, ruleNone, matchLast}, `url full, url query, http url, http target, url fragment, url original, http request url`},
	{term{keyIdent, ruleNone, matchLast}, `trace id, traceid, span id, spanid, parent id, parent span id, parentspanid, trace state, trace flags`},
}

// userIDTerms are looked for where the rule user_id is on.
var userIDTerms = termGroup{term{keyHide, ruleUserID, matchLast}, `user id, userid, enduser id, end user id, user name, username, login, login name,
	account id, accountid, customer id, customerid, member id, memberid, subscriber id, employee id, person id, contact id, profile id,
	visitor id, device id, installation id, anonymous id, user hash, uid, nickname, screen name, display name, handle`}

// contextWords tell what bare numbers under a key, or near it in a text, may be.
var contextWords = contextTable(map[context]string{
	ctxPayment: `card cards pan credit debit payment visa mastercard amex cc maestro karte kreditkarte tarjeta carte cartao`,
	ctxPhone: `phone phones tel telephone mobile msisdn sms fax whatsapp cell callback telefon
		telefono teléfono telefone telefoon handy mobil mobilnummer rufnummer téléphone portable celular cellulare
		numero téléfono телефон 電話 电话 手机 전화`,
	ctxID: `national nationality passport ssn nin identity citizen citizenship personal insurance social nino itin sin tfn
		aadhaar aadhar uidai steuer steuerid idnr rvnr sozialversicherung sozialversicherungsnummer rentenversicherung
		rentenversicherungsnummer krankenversicherung nir insee secu sécurité dni nie nuss seguridad codice fiscale nif
		bsn burgerservicenummer nrn rijksregister rijksregisternummer registre svnr ahv avs personnummer fodselsnummer
		fødselsnummer cpr hetu isikukood asmens kods pesel rodne rodné rc taj cnp egn егн cpf cnpj cuit cuil rut run
		cedula cédula curp hkid nric fin rrn 주민등록번호 mynumber マイナンバー 身份证 身分證 บัตรประชาชน ktp nik cccd cmnd tckn tc kimlik
		teudat zehut ת.ז eid emirates iqama resident residence id_number idno idnumber za_id rsa pps ppsn voter birth
		kennitala`,
	ctxTax: `tax taxpayer tin ein vat utr tfn abn ird steuer steuernummer fiscal fiscale impot impôt nif cpf cnpj cuit
		rut gst gstin pan acn irs hmrc w9 w2`,
	ctxHealth: `npi nhs dea medicare medicaid medical health patient provider prescriber physician mrn kvnr krankenkasse
		krankenversichertennummer versichertennummer taj`,
	ctxBank:     `bank iban routing aba bic swift konto account acct sort sortcode blz kontonummer cuenta compte`,
	ctxDevice:   `imei imeisv iccid sim simcard esim handset device`,
	ctxIMSI:     `imsi subscriber`,
	ctxPassport: `passport passports reisepass passeport pasaporte passaporto paspoort pasaport passnummer 护照 パスポート паспорт travel`,
	ctxLicence:  `driver drivers driving licence license führerschein fuehrerschein permis conducir patente rijbewijs dl dlnumber`,
	ctxWallet:   `eth ethereum wallet erc recipient payee ether metamask blockchain crypto`,
	ctxVehicle:  `vin vehicle chassis fahrgestellnummer fin`,
})

func contextTable(groups map[context]string) map[string]context {
	table := map[string]context{}
	for c, words := range groups {
		for _, w := range strings.Fields(words) {
			table[w] |= c
		}
	}
	return table
}

func contextOf(k *keyWords) context {
	var c context
	for i := range k.n {
		c |= contextWords[string(k.words(i, i+1))]
		if i > 0 && string(k.words(i-1, i)) == "id" && idNumber[string(k.words(i, i+1))] {
			c |= ctxID
		}
	}
	return c
}

// identWords end keys whose numbers name or measure something technical.
var identWords = wordSet(`id ids uuid guid version hash checksum digest etag sha md crc ts time timestamp at date ns us ms
	nanos millis micros seconds duration elapsed latency size bytes count total length offset port pid tid code status line lineno
	column sequence seq revision build epoch nonce commit ref partition shard index key`)

// identifier tells whether the last word of a key makes bare numbers harmless. A
// bare "id" may be anything.
func identifier(k *keyWords, ctx context) bool {
	return k.n >= 2 && ctx == 0 && identWords[string(k.words(k.n-1, k.n))]
}
