// From a script to a plan: walks the commands in order, with the instances that each of
// them can see.
//
// Every module of the script is linked, so that later imports are judged by types; those
// that cannot be compiled are left out of the program, and the commands that need one are
// skipped by name. Specification: 4.5.4 "Instantiation".

public import Wasm

extension ScriptPlan {
  /// Plans a script.
  ///
  /// - Parameters:
  ///   - features: what its modules may use.
  ///   - judgesModules: whether assertions that a module is rejected are decided, which
  ///     the program does not depend on.
  public init(_ script: WastScript, features: FeatureSet, judgesModules: Bool) {
    var planner = ScriptPlanner(
      modules: ScriptModules(text: script.text, features: features), judgesModules: judgesModules)
    var environment = ScriptEnvironment(stream: 0)
    for form in script.forms { planner.plan(form, &environment) }
    self.init(program: planner.makeProgram(), commands: planner.commands)
  }
}

/// What a command can see: of the script, or of one of its threads.
struct ScriptEnvironment {
  /// The commands that it adds to.
  let stream: Int
  /// The instance that commands mean which name none.
  var current: ScriptInstance?
  var named: [NameKey: ScriptInstance] = [:]
  var registered: [NameKey: ScriptInstance] = [:]
  var definitions: [NameKey: ScriptDefinition] = [:]
  var lastDefinition: ScriptDefinition?

  init(stream: Int) { self.stream = stream }
}

/// What the name of an instance stands for.
enum ScriptInstance {
  /// An instance of the linkage, and the command that instantiates it.
  case linked(position: Int, instantiation: Int)
  /// An instance that is known by its types alone.
  case uncompiled(position: Int, reason: String)
  /// None: its command failed or was skipped. The outcome of those that need it.
  case missing(ScriptOutcome)
}

/// A module that was defined, or why there is none.
enum ScriptDefinition {
  case module(Module)
  case missing(ScriptOutcome)
}

/// Plans the commands of a script.
struct ScriptPlanner {
  let modules: ScriptModules
  let judgesModules: Bool
  var linkage = Linkage(sources: [], allowsGrowth: true)
  /// By position in the linkage, why an instance is not compiled.
  var reasons: [String?] = []
  /// By position in the linkage, what an instance exports.
  var exports: [[NameKey: ProvidedItem]] = []
  var script = Script()
  var commands: [PlannedCommand] = []
  /// The items of the host module that were made.
  var spectest: [NameKey: ProvidedItem] = [:]
  private var targets: [ScriptTarget: Int] = [:]
  private var threads: [NameKey: Int] = [:]

  init(modules: ScriptModules, judgesModules: Bool) {
    self.modules = modules
    self.judgesModules = judgesModules
    script.streams = [ScriptStream()]
  }

  /// Plans one form.
  mutating func plan(_ form: WastForm, _ environment: inout ScriptEnvironment) {
    let line = form.line
    func decide(_ outcome: ScriptOutcome) {
      commands.append(PlannedCommand(line: line, fate: .decided(outcome)))
    }
    switch form.command {
    case .module(let module):
      let fate = instantiate(module, name: module.name, &environment)
      commands.append(PlannedCommand(line: line, fate: fate))
    case .field(let module):
      guard let module else { return decide(.passed) }
      let fate = instantiate(module, name: nil, &environment)
      commands.append(PlannedCommand(line: line, fate: fate))
    case .definition(let module): decide(define(module, &environment))
    case .instance(let name, let definition):
      let fate = instantiate(definition: definition, name: name, &environment)
      commands.append(PlannedCommand(line: line, fate: fate))
    case .register(let name, let instance):
      decide(register(name, instance, &environment))
    case .action(let action):
      plan(action, line, environment) { .anything(types: $0) }
    case .assertReturn(let action, let patterns):
      plan(action, line, environment) { .returned(patterns, types: $0) }
    case .assertTrap(let action, let message), .assertExhaustion(let action, let message):
      plan(action, line, environment) { .trapped(message: message, types: $0) }
    case .assertException(let action):
      // Instances that throw are not compiled, so the command is skipped or fails.
      plan(action, line, environment) { .trapped(message: "uncaught exception", types: $0) }
    case .assertModuleTrap(let module, let message):
      let fate = plan(module, .trapped(message: message, types: nil), environment)
      commands.append(PlannedCommand(line: line, fate: fate))
    case .assertUnlinkable(let module, let message):
      let fate = planUnlinkable(module, message, environment)
      commands.append(PlannedCommand(line: line, fate: fate))
    case .assertRejected(let module, let rejection, let message):
      decide(judgesModules ? modules.judge(module, rejection, message: message) : .passed)
    case .thread(let name, let shared, let forms):
      planThread(name, shared, forms, line, environment)
    case .wait(let name): planWait(name, line, environment)
    case .unreadable(let error):
      decide(.failed(expected: "a command", actual: error.message))
    }
  }

  // MARK: Threads

  private mutating func planThread(
    _ name: String, _ shared: [String], _ forms: [WastForm], _ line: Int,
    _ environment: ScriptEnvironment
  ) {
    var inner = ScriptEnvironment(stream: script.streams.count)
    for name in shared { inner.named[NameKey(name)] = environment.named[NameKey(name)] }
    script.streams.append(ScriptStream())
    threads[NameKey(name)] = inner.stream
    let number = add(.start(stream: inner.stream), to: environment.stream)
    commands.append(
      PlannedCommand(
        line: line, fate: .running(number: number, .anything(types: []), instantiatedBy: nil)))
    for form in forms { plan(form, &inner) }
  }

  private mutating func planWait(
    _ name: String, _ line: Int, _ environment: ScriptEnvironment
  ) {
    guard let stream = threads.removeValue(forKey: NameKey(name)) else {
      let outcome = ScriptOutcome.failed(expected: "a thread", actual: "no thread \(quoted(name))")
      return commands.append(PlannedCommand(line: line, fate: .decided(outcome)))
    }
    let number = add(.wait(stream: stream), to: environment.stream)
    commands.append(
      PlannedCommand(
        line: line, fate: .running(number: number, .anything(types: []), instantiatedBy: nil)))
  }

  // MARK: The program

  /// Room for the numbers of each stream's commands.
  private static let streamStride = 1 << 24

  /// Appends a command; returns its number.
  mutating func add(_ command: ScriptCommand, to stream: Int) -> Int {
    script.streams[stream].commands.append(command)
    return stream * Self.streamStride + script.streams[stream].commands.count - 1
  }

  /// The place of a target, which is added if it is new.
  mutating func target(_ target: ScriptTarget) -> Int {
    if let known = targets[target] { return known }
    targets[target] = script.targets.count
    script.targets.append(target)
    return script.targets.count - 1
  }

  /// The program of what was planned, without the instances that cannot be compiled.
  func makeProgram() -> Program? {
    guard script.streams.contains(where: { !$0.commands.isEmpty }) else { return nil }
    var script = script
    for index in script.streams.indices { script.streams[index].first = index * Self.streamStride }
    var places: [Int] = []
    var instances: [Instance] = []
    for (position, instance) in linkage.instances.enumerated() {
      places.append(instances.count)
      if reasons[position] == nil { instances.append(instance) }
    }
    for index in instances.indices { instances[index].move { places[$0] } }
    script.targets = script.targets.map { target in
      switch target {
      case .instantiate(let instance, let sizes):
        .instantiate(instance: places[instance], sizes: sizes)
      case .function(let instance, let index):
        .function(instance: places[instance], index: index)
      case .global(let instance, let index): .global(instance: places[instance], index: index)
      }
    }
    return Program(instances: instances, entry: .script(script))
  }
}

extension Instance {
  /// Renames the instances that its imports are bound to.
  fileprivate mutating func move(_ place: (Int) -> Int) {
    functions = functions.map { binding in
      guard case .defined(let instance, let index) = binding else { return binding }
      return .defined(instance: place(instance), index: index)
    }
    func moved(_ bindings: [ItemBinding]) -> [ItemBinding] {
      bindings.map { ItemBinding(instance: place($0.instance), index: $0.index) }
    }
    tables = moved(tables)
    memories = moved(memories)
    globals = moved(globals)
    tags = moved(tags)
  }
}
