# Signs every vector of the file named first, with nothing but the standard library; prints how many came out the same.
require 'base64'
require 'json'
require 'openssl'

vectors = JSON.parse(File.read(ARGV.fetch(0), encoding: 'UTF-8'))
vectors.each do |vector|
  key = Base64.strict_decode64(vector['secret'].delete_prefix('whsec_'))
  mac = OpenSSL::HMAC.digest('SHA256', key, "#{vector['id']}.#{vector['timestamp']}.#{vector['body']}")
  signature = "v1,#{Base64.strict_encode64(mac)}"
  abort "#{vector['about']}: #{signature}" unless signature == vector['signature']
end
puts vectors.length
