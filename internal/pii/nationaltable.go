package pii

// identities lists the numbers that are found by shape and check. Their names
// are country.kind. A space in a notation is any usual separator of groups.
var identities = []identity{
	// North America.
	{"us.itin", "", "ddd-dd-dddd|ddd dd dddd|ddddddddd", isITIN, ctxID, ruleNationalID},
	{"us.ein", "", "dd-ddddddd", nil, ctxTax, ruleNationalID},
	{"us.npi", "", "dddddddddd", isNPI, ctxHealth, ruleNationalID},
	{"us.mbi", "dAXdAXdAAdd|dAXd-AXd-AAdd", "", isMBI, 0, ruleNationalID},
	{"us.dea", "", "AAddddddd", isDEA, ctxHealth, ruleNationalID},
	{"us.aba", "", "ddddddddd", isABA, ctxBank, ruleBankAccount},
	{"ca.sin", "", "ddd ddd ddd|ddddddddd", isSIN, ctxID, ruleNationalID},
	{"mx.curp", "AAAAddddddAAAAAAXd", "", isCURP, 0, ruleNationalID},
	{"mx.rfc", "AAAAddddddXXX", "AAAddddddXXX", isRFC, ctxTax, ruleNationalID},

	// Britain and Ireland.
	{"gb.nino", "AAddddddA|UU dd dd dd U", "", isNINO, 0, ruleNationalID},
	{"gb.nhs", "", "ddd ddd dddd|dddddddddd", isNHS, ctxHealth, ruleNationalID},
	{"gb.utr", "", "dddddddddd|ddddd ddddd", nil, ctxTax, ruleNationalID},
	{"gb.sort_code", "", "dd-dd-dd", nil, ctxBank, ruleBankAccount},
	{"ie.pps", "", "dddddddA|dddddddAA", isPPS, ctxID, ruleNationalID},

	// Western and southern Europe.
	{"de.steuerid", "", "ddddddddddd|dd ddd ddd ddd", isSteuerID, ctxID | ctxTax, ruleNationalID},
	{"de.rvnr", "", "ddddddddAddd|dd ddddddAddd|dd dddddd A ddd", nil, ctxID, ruleNationalID},
	{"de.kvnr", "", "Addddddddd", isKVNR, ctxID | ctxHealth, ruleNationalID},
	{"fr.nir", "ddddddddddddddd|ddddddAdddddddd|d dd dd dd ddd ddd dd|d dd dd dA ddd ddd dd", "", isNIR, 0, ruleNationalID},
	{"fr.nif", "", "ddddddddddddd", nil, ctxTax, ruleNationalID},
	{"es.dni", "ddddddddA|dd.ddd.ddd-A|dddddddd-A", "", isDNI, 0, ruleNationalID},
	{"es.nie", "AdddddddA|A-ddddddd-A", "", isNIE, 0, ruleNationalID},
	{"es.nuss", "", "dd/dddddddd/dd|dddddddddddd|dd dddddddd dd", isNUSS, ctxID, ruleNationalID},
	{"it.codicefiscale", "AAAAAAXXAXXAXXXA|UUU UUU ddUdd UdddU", "", isCodiceFiscale, 0, ruleNationalID},
	{"pt.nif", "", "ddddddddd|ddd ddd ddd", isPortugueseNIF, ctxTax | ctxID, ruleNationalID},
	{"nl.bsn", "", "ddddddddd|dddd.dd.ddd", isBSN, ctxID, ruleNationalID},
	{"be.nrn", "dd.dd.dd-ddd.dd", "ddddddddddd", isBelgianNRN, ctxID, ruleNationalID},
	{"lu.nin", "", "ddddddddddddd", isLuxembourgNIN, ctxID, ruleNationalID},
	{"at.svnr", "", "dddddddddd|dddd dddddd", isSVNR, ctxID, ruleNationalID},
	{"ch.ahv", "ddd.dddd.dddd.dd", "ddddddddddddd", isAHV, ctxID, ruleNationalID},

	// Northern Europe.
	{"se.personnummer", "dddddd-dddd|dddddddd-dddd|dddddd+dddd", "dddddddddd|dddddddddddd", isPersonnummer, ctxID, ruleNationalID},
	{"no.fnr", "", "ddddddddddd|dddddd ddddd", isFodselsnummer, ctxID, ruleNationalID},
	{"dk.cpr", "", "dddddd-dddd|dddddddddd", isDayMonthYear, ctxID, ruleNationalID},
	{"fi.hetu", "dddddd-dddX|ddddddAdddX|dddddd+dddX", "", isHetu, 0, ruleNationalID},
	{"ee.ik", "", "ddddddddddd", isBaltic, ctxID, ruleNationalID},
	{"lv.pk", "", "dddddd-ddddd", isLatvian, ctxID, ruleNationalID},

	// Central and eastern Europe.
	{"pl.pesel", "", "ddddddddddd", isPESEL, ctxID, ruleNationalID},
	{"cz.rc", "", "dddddd/dddd|dddddddddd", isCzech, ctxID, ruleNationalID},
	{"hu.taj", "", "ddd ddd ddd|ddddddddd", isTAJ, ctxID | ctxHealth, ruleNationalID},
	{"ro.cnp", "", "ddddddddddddd", isCNP, ctxID, ruleNationalID},
	{"bg.egn", "", "dddddddddd", isEGN, ctxID, ruleNationalID},

	// South America.
	{"br.cpf", "ddd.ddd.ddd-dd", "ddddddddddd", isCPF, ctxID | ctxTax, ruleNationalID},
	{"br.cnpj", "dd.ddd.ddd/dddd-dd", "dddddddddddddd", isCNPJ, ctxID | ctxTax, ruleNationalID},
	{"ar.cuit", "", "dd-dddddddd-d|ddddddddddd", isCUIT, ctxID | ctxTax, ruleNationalID},
	{"cl.rut", "dd.ddd.ddd-X|d.ddd.ddd-X", "dddddddd-X|ddddddd-X", isRUT, ctxID | ctxTax, ruleNationalID},

	// Asia and Oceania.
	{"in.aadhaar", "", "dddd dddd dddd|dddddddddddd", isAadhaar, ctxID, ruleNationalID},
	{"in.pan", "AAAAAddddA", "", isIndianPAN, 0, ruleNationalID},
	{"in.gstin", "ddAAAAAddddAXXX", "", isGSTIN, 0, ruleNationalID},
	{"cn.id", "dddddddddddddddddd|dddddddddddddddddA", "", isChineseID, 0, ruleNationalID},
	{"hk.id", "", "Adddddd(X)|AddddddX|AAdddddd(X)", isHongKongID, ctxID, ruleNationalID},
	{"tw.id", "", "Addddddddd", isTaiwanID, ctxID, ruleNationalID},
	{"kr.rrn", "dddddd-ddddddd", "ddddddddddddd", isKorean, ctxID, ruleNationalID},
	{"jp.mynumber", "", "dddddddddddd|dddd dddd dddd", isMyNumber, ctxID, ruleNationalID},
	{"sg.nric", "AdddddddA", "", isNRIC, 0, ruleNationalID},
	{"th.id", "", "d-dddd-ddddd-dd-d|ddddddddddddd", isThai, ctxID, ruleNationalID},
	{"my.nric", "", "dddddd-dd-dddd|dddddddddddd", isYearMonthDay, ctxID, ruleNationalID},
	{"id.nik", "", "dddddddddddddddd", isNIK, ctxID, ruleNationalID},
	{"ph.tin", "", "ddd-ddd-ddd-ddd|ddd-ddd-ddd", nil, ctxTax, ruleNationalID},
	{"vn.cccd", "", "dddddddddddd", isCCCD, ctxID, ruleNationalID},
	{"au.tfn", "", "ddd ddd ddd|ddddddddd", isTFN, ctxTax | ctxID, ruleNationalID},
	{"au.medicare", "", "dddd ddddd d|dddddddddd|ddddddddddd", isMedicare, ctxHealth | ctxID, ruleNationalID},
	{"au.abn", "", "dd ddd ddd ddd|ddddddddddd", isABN, ctxTax | ctxID, ruleNationalID},
	{"nz.ird", "", "dd-ddd-ddd|ddd-ddd-ddd|ddddddddd|dddddddd", isIRD, ctxTax, ruleNationalID},

	// Near East and Africa.
	{"tr.tckn", "", "ddddddddddd", isTCKN, ctxID, ruleNationalID},
	{"il.id", "", "ddddddddd|d dddd dddd", luhn, ctxID, ruleNationalID},
	{"ae.eid", "ddd-dddd-ddddddd-d", "ddddddddddddddd", isEmirates, ctxID, ruleNationalID},
	{"sa.id", "", "dddddddddd", isSaudi, ctxID, ruleNationalID},
	{"za.id", "", "ddddddddddddd", isSouthAfrican, ctxID, ruleNationalID},
	{"ng.nin", "", "ddddddddddd", nil, ctxID, ruleNationalID},
	{"eg.id", "", "dddddddddddddd", isEgyptian, ctxID, ruleNationalID},

	// Documents and things.
	{"passport", "", "Uddddddd|Udddddddd|UUddddddd|UUdddddd|ddddddddd|ddUUddddd|UUUdddddd|UXXXXXXXX|Udddddd", isDocument, ctxPassport, ruleNationalID},
	{"driving_licence", "", "Udddddddddddd|UUUUUddddddXXXXX|UdddddddddddddX|Uddddddd|Udddd-dddd-dddd|dddddddd|UUddddddXX", nil, ctxLicence, ruleNationalID},
	{"vin", "", "dXXXXXXXXXXXXXXXX|ddXXXXXXXXXXXXXXX|AXXXXXXXXXXXXXXXX|AAXXXXXXXXXXXXXXX|AAAXXXXXXXXXXXXXX|AAAAXXXXXXXXXXXXX", isVIN, ctxVehicle, ruleNationalID},
	{"imei", "", "ddddddddddddddd|dd dddddd dddddd d", luhn, ctxDevice, ruleDevice},
	{"imsi", "", "ddddddddddddddd", nil, ctxIMSI, ruleDevice},
	{"iccid", "", "ddddddddddddddddddd|dddddddddddddddddddd", isICCID, ctxDevice, ruleDevice},
	{"us.ssn", "", "ddddddddd", validSSN, ctxID, ruleUSSSN},
	{"bic", "", "UUUUUUXX|UUUUUUXXXXX|UUUUUUUU|UUUUUUUUXXX|UUUUUUUUUUU", isBIC, ctxBank, ruleBankAccount},
}
