from lxml import etree
from xml.dom import minidom
from xml.etree import ElementTree

from fiscalxml.xml import parse

# ruleid: xml-fora-do-leitor
etree.fromstring(body)
# ruleid: xml-fora-do-leitor
etree.parse(path)
# ruleid: xml-fora-do-leitor
etree.iterparse(file, huge_tree=True)
# ruleid: xml-fora-do-leitor
parser = etree.XMLParser(resolve_entities=False)
# ruleid: xml-fora-do-leitor
ElementTree.fromstring(body)
# ruleid: xml-fora-do-leitor
minidom.parseString(body)
# ok: xml-fora-do-leitor
parse(body)
# ok: xml-fora-do-leitor
etree.tostring(root)
