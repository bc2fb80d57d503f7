set editing off
set pagination off
set confirm off
set history save off
source @DIR@/init.py
