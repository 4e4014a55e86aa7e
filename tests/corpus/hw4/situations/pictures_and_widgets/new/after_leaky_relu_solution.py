%%html
<style>.output { color: green }</style>
