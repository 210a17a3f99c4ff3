// Charts, drawn in SVG. Positions are shares of the width, so that a chart fits any page;
// labels are HTML beside it, or text that does not grow with it.
//
// Knows numbers and labels, nothing of results.

internal import Glibc

/// One bar of a chart.
struct HTMLBar {
  var label: String
  var value: Double
  var interval: Interval?
  /// What stands after the bar.
  var text: String
  /// The number of its colour.
  var color: Int
}

/// One point of a chart.
struct HTMLPoint {
  var label: String
  var x: Double
  var y: Double
  var color: Int
}

enum HTMLCharts {
  /// Bars from 0, with whiskers.
  ///
  /// - Parameter mark: the value of a line across all bars.
  static func bars(_ bars: [HTMLBar], id: String, label: String, mark: Double?) -> String {
    let top = bars.map { max($0.value, $0.interval?.high ?? 0) }.max() ?? 1
    // Room for whiskers, and for a bar that is longest.
    let scale = 98 / (max(top, mark ?? 0) > 0 ? max(top, mark ?? 0) : 1)
    var text = "<div class=\"chart bars\" id=\"\(escaped(id))\" role=\"img\" "
    text += "aria-label=\"\(escaped(label))\">\n"
    for bar in bars {
      text += "<div class=\"label\">\(escaped(bar.label))</div>"
      text += "<svg class=\"lane\" width=\"100%\" height=\"18\" aria-hidden=\"true\">"
      text += "<title>\(escaped("\(bar.label): \(bar.text)"))</title>"
      text += "<rect class=\"bar c\(bar.color)\" y=\"2\" height=\"14\" rx=\"2\" "
      text += "width=\"\(percent(bar.value * scale))\"/>"
      if let mark {
        let x = percent(mark * scale)
        text += "<line class=\"mark\" x1=\"\(x)\" x2=\"\(x)\" y1=\"0\" y2=\"18\"/>"
      }
      if let interval = bar.interval {
        let (low, high) = (percent(interval.low * scale), percent(interval.high * scale))
        text += "<g class=\"whisker\"><line x1=\"\(low)\" x2=\"\(high)\" y1=\"9\" y2=\"9\"/>"
        text += "<line x1=\"\(low)\" x2=\"\(low)\" y1=\"5\" y2=\"13\"/>"
        text += "<line x1=\"\(high)\" x2=\"\(high)\" y1=\"5\" y2=\"13\"/></g>"
      }
      text += "</svg><div class=\"value\">\(escaped(bar.text))</div>\n"
    }
    return text + "</div>\n"
  }

  /// Points on two logarithmic scales: seconds across, ratios upwards.
  static func scatter(_ points: [HTMLPoint], id: String, x: String, y: String) -> String {
    let across = Scale(points.map(\.x), from: 12, to: 88)
    let upwards = Scale(points.map(\.y), from: 86, to: 10)
    var text = "<svg class=\"chart scatter\" id=\"\(escaped(id))\" width=\"100%\" height=\"340\" "
    text += "role=\"img\" aria-label=\"\(escaped(x)) and \(escaped(y)) time of each engine\">\n"
    for tick in across.ticks {
      let place = percent(across.place(tick))
      text += "<line class=\"grid\" x1=\"\(place)\" x2=\"\(place)\" y1=\"4%\" y2=\"90%\"/>"
      text += "<text class=\"tick\" x=\"\(place)\" y=\"96%\" text-anchor=\"middle\">"
      text += "\(escaped(seconds(tick)))</text>\n"
    }
    for tick in upwards.ticks {
      let place = percent(upwards.place(tick))
      text += "<line class=\"grid\" x1=\"8%\" x2=\"98%\" y1=\"\(place)\" y2=\"\(place)\"/>"
      text += "<text class=\"tick\" x=\"0\" y=\"\(place)\" dy=\"4\">\(significant(tick))</text>\n"
    }
    for point in points {
      let (left, height) = (across.place(point.x), upwards.place(point.y))
      // Labels stay inside at both edges.
      let isRight = left > 55
      text += "<circle class=\"point c\(point.color)\" cx=\"\(percent(left))\" "
      text += "cy=\"\(percent(height))\" r=\"6\"><title>\(escaped(point.label)): "
      text += "\(escaped(seconds(point.x))), \(decimal(point.y, 2))</title></circle>"
      text += "<text class=\"name\" x=\"\(percent(left))\" y=\"\(percent(height))\" "
      text += "dx=\"\(isRight ? -10 : 10)\" dy=\"4\" text-anchor=\"\(isRight ? "end" : "start")\">"
      text += "\(escaped(short(point.label)))</text>\n"
    }
    return text + "</svg>\n"
  }

  /// Names do not wrap in SVG.
  private static func short(_ name: String) -> String {
    name.count > 20 ? "\(name.prefix(19))…" : name
  }

  private static func percent(_ value: Double) -> String { "\(decimal(value, 2))%" }

  /// A logarithmic scale onto shares of a length.
  private struct Scale {
    let low: Double
    let high: Double
    let from: Double
    let to: Double

    init(_ values: [Double], from: Double, to: Double) {
      let logarithms = values.map { log10($0) }
      let least = logarithms.min() ?? 0
      let most = logarithms.max() ?? 0
      // Values that are nearly one lie in the middle.
      let margin = max(0.15 - (most - least) / 2, 0.02)
      low = least - margin
      high = most + margin
      self.from = from
      self.to = to
    }

    func place(_ value: Double) -> Double {
      from + (log10(value) - low) / (high - low) * (to - from)
    }

    /// 1, 2 and 5 times powers of ten; of wide scales the powers alone.
    var ticks: [Double] {
      let steps = high - low > 2.5 ? [1.0] : [1, 2, 5]
      var ticks: [Double] = []
      for power in Int(low.rounded(.down))...Int(high.rounded(.up)) {
        for step in steps {
          let value = step * pow(10, Double(power))
          if (low...high).contains(log10(value)) { ticks.append(value) }
        }
      }
      // Between two of them there are values, but no numbers to read.
      if ticks.isEmpty { ticks = [pow(10, (low + high) / 2)] }
      return ticks
    }
  }
}
