"""Reads from a binary module what calling its exports takes: names and types.

Knows the sections of types, imports, functions and exports, and passes over the rest.
"""

NUMBERS = {0x7F: "i32", 0x7E: "i64", 0x7D: "f32", 0x7C: "f64"}


class Reader:
    def __init__(self, data, position=0):
        self.data = data
        self.position = position

    def byte(self):
        self.position += 1
        return self.data[self.position - 1]

    def unsigned(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def name(self):
        count = self.unsigned()
        self.position += count
        return self.data[self.position - count : self.position].decode()

    def limits(self):
        flags = self.byte()
        self.unsigned()
        if flags & 1:
            self.unsigned()


class ModuleTypes:
    """The exported functions of a module whose types are numbers only, and its memory."""

    def __init__(self, data):
        self.functions = []  # (name, parameter types, result types)
        self.imports = set()  # (module, name)
        self.memory_is_plain = False  # exported as "memory", 32-bit and not shared
        types, function_types, exports, memory_flags = [], [], [], []
        reader = Reader(data, 8)
        while reader.position < len(data):
            section = reader.byte()
            size = reader.unsigned()
            end = reader.position + size
            if section == 1:
                for _ in range(reader.unsigned()):
                    if reader.byte() != 0x60:
                        raise ValueError("a type that is not a function's")
                    types.append(tuple(self._types(reader) for _ in range(2)))
            elif section == 2:
                for _ in range(reader.unsigned()):
                    self.imports.add((reader.name(), reader.name()))
                    kind = reader.byte()
                    if kind != 0:
                        raise ValueError("an import that is not a function")
                    function_types.append(reader.unsigned())
            elif section == 3:
                function_types += [reader.unsigned() for _ in range(reader.unsigned())]
            elif section == 5:
                for _ in range(reader.unsigned()):
                    memory_flags.append(data[reader.position])
                    reader.limits()
            elif section == 7:
                for _ in range(reader.unsigned()):
                    exports.append((reader.name(), reader.byte(), reader.unsigned()))
            reader.position = end
        for name, kind, index in exports:
            if kind == 0:
                parameters, results = types[function_types[index]]
                if None not in parameters + results:
                    self.functions.append((name, parameters, results))
            elif kind == 2 and name == "memory":
                self.memory_is_plain = memory_flags[index] in (0, 1)

    @staticmethod
    def _types(reader):
        return tuple(NUMBERS.get(reader.byte()) for _ in range(reader.unsigned()))
