%run helpers_of_last_week.ipynb
import urllib.request
urllib.request.urlretrieve("https://example.org/weights.txt", "weights.txt")
