from watch.pseudonyms import for_customer, for_request, read_salt
from watch.store import open_container


def test_same_text_has_another_pseudonym_as_request_as_customer_and_under_another_salt():
    assert len({for_request("salt", "1"), for_customer("salt", "1"), for_request("another", "1")}) == 3


def test_salt_is_made_once(account, answers):
    container = open_container(account, "doing")
    salts = {read_salt(container), read_salt(container)}
    container.delete(["salt"])
    assert len(salts) == 1
    assert len(salts.pop()) == 64
