# cmake -DINPUT=FILE -DOUTPUT=FILE -P bytes.cmake: writes the bytes of INPUT as numbers, for an array of C++.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT} "${bytes}\n")
