import pickle

import msgspec
import yaml

# ruleid: objeto-desfeito
pickle.loads(body)
# ruleid: objeto-desfeito
yaml.load(body)
# ruleid: objeto-desfeito
eval(text)
# ok: objeto-desfeito
yaml.safe_load(body)
# ok: objeto-desfeito
msgspec.json.decode(body)
